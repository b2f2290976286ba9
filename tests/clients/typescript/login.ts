// Logging in as a phone does: a code by SMS, then the second factor. Plain HTTP, by allauth's published specification.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

export interface Person {
  name: string;
  phone: string;
  totp_secret: string;
}

interface Said {
  status: number;
  meta: { session_token?: string };
  data: { flows?: { id: string; is_pending?: boolean }[] };
}

const APP = "/_allauth/app/v1";
const PATIENCE_MS = 30_000;

/** Return a session token of full strength; `sms` is the file codes are written to. */
export async function logIn(url: string, person: Person, sms: string): Promise<string> {
  const asked = await post(`${url}${APP}/auth/code/request`, { phone: person.phone }, 401);
  const pending = token(asked);
  const code = await newestCode(sms, person.phone);
  const confirmed = await post(`${url}${APP}/auth/code/confirm`, { code }, 401, pending);
  const waiting = (confirmed.data.flows ?? []).filter((flow) => flow.is_pending).map((flow) => flow.id);
  assert.deepEqual(waiting, ["mfa_authenticate"]);
  return token(await post(`${url}${APP}/auth/2fa/authenticate`, { code: totp(person.totp_secret) }, 200, pending));
}

async function post(url: string, body: object, status: number, session?: string): Promise<Said> {
  const headers = { "Content-Type": "application/json", ...(session ? { "X-Session-Token": session } : {}) };
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, status, await answer.clone().text());
  return (await answer.json()) as Said;
}

function token(said: Said): string {
  assert.ok(said.meta.session_token);
  return said.meta.session_token;
}

async function newestCode(sms: string, phone: string): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await wait(200)) {
    const lines = existsSync(sms) ? readFileSync(sms, "utf8").split("\n").filter(Boolean) : [];
    const sent = lines.map((line) => JSON.parse(line) as { to: string; code?: string });
    const code = sent.filter((one) => one.to === phone && one.code).at(-1)?.code;
    if (code) return code;
  }
  throw new Error(`no SMS for ${phone}`);
}

/** Return what an authenticator app shows now (RFC 6238, SHA-1, 30 s, six digits). */
function totp(secret: string): string {
  const bits = [...secret.replace(/=+$/, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const start = digest.readUInt8(digest.length - 1) & 15;
  return ((digest.readUInt32BE(start) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}
