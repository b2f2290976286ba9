// From report to closed with nothing but the generated TypeScript client: `node build/drive.js told.json`.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import createClient from "openapi-fetch";

import { logIn, type Person } from "./login.js";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
type Client = ReturnType<typeof createClient<paths>>;
type Answer<T, E> = { data?: T; error?: E; response: Response };
interface Told {
  url: string;
  enterprise_id: string;
  sms: string;
  officer: { token: string };
  inspector: Person;
  photos: [string, string];
}

const PATIENCE_MS = 60_000;

function client(url: string, token: string): Client {
  return createClient<paths>({ baseUrl: url, headers: { "X-Session-Token": token } });
}

/** Return what was answered; anything but success ends the run. */
function done<T>(answer: Answer<T, unknown>): NonNullable<T> {
  assert.ok(answer.data !== undefined && answer.data !== null, `${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** A resent id whose object is out of scope is answered by its receipt alone; nobody here is in that position. */
function whole<T extends object>(answered: T | Schemas["ReceiptAlone"], member: keyof T): T {
  assert.ok(member in answered, JSON.stringify(answered));
  return answered as T;
}

function refused(status: number, code: string, answer: Answer<unknown, Schemas["Problem"]>): void {
  const problem = answer.error;
  assert.ok(problem, "it was not refused");
  assert.deepEqual([answer.response.status, problem.status, problem.code], [status, status, code], problem.detail);
  console.log(`refused ${status} ${code}: ${problem.detail}`);
}

function act(answer: Answer<Schemas["ActOut"] | Schemas["ReceiptAlone"], unknown>, status: string): Schemas["ActOut"] {
  const taken = whole<Schemas["ActOut"]>(done(answer), "hazard");
  assert.equal(taken.hazard.status, status);
  assert.equal(taken.receipt.digest.length, 64);
  console.log(`${taken.kind} -> ${status}, receipt ${taken.receipt.digest.slice(0, 12)}`);
  return taken;
}

async function sentAsForm(officer: Client, file: string): Promise<string> {
  const raw = readFileSync(file);
  const fields = { id: randomUUID(), sha256: createHash("sha256").update(raw).digest("hex") };
  const answer = await officer.POST("/api/v1/photos", {
    body: { ...fields, file: "", crs: "wgs84" },
    bodySerializer: () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      form.append("file", new Blob([raw], { type: "image/jpeg" }), "photo.jpg");
      return form;
    },
  });
  const photo = whole<Schemas["PhotoReceivedOut"]>(done(answer), "status");
  assert.equal(photo.receipt.digest, fields.sha256);
  return photo.id;
}

async function sentRaw(officer: Client, file: string): Promise<string> {
  const answer = await officer.PUT("/api/v1/photos/{photo_id}", {
    params: { path: { photo_id: randomUUID() } },
    headers: { "Content-Type": "image/jpeg" },
    body: file,
    bodySerializer: (name) => readFileSync(name),
  });
  return whole<Schemas["PhotoReceivedOut"]>(done(answer), "status").id;
}

async function untilReady(officer: Client, photo_id: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await wait(300)) {
    const photo = done(await officer.GET("/api/v1/photos/{photo_id}", { params: { path: { photo_id } } }));
    if (photo.status === "ready") return;
    assert.equal(photo.status, "received", photo.code ?? "");
  }
  throw new Error(`photo ${photo_id} is not ready`);
}

async function report(officer: Client, enterprise_id: string, photo_id: string): Promise<Schemas["HazardOut"]> {
  const categories = done(await officer.GET("/api/v1/hazard-categories"));
  const body: Schemas["ReportIn"] = {
    id: randomUUID(), enterprise_id, source: "self_inspection", category: categories.items[0]?.code ?? "", place: "一号配电间",
    description: "配电箱门未关闭,线头裸露", found_at: new Date().toISOString(), level_claimed: "general", photo_ids: [photo_id],
  };
  const first = whole<Schemas["HazardOut"]>(done(await officer.POST("/api/v1/hazards", { body })), "status");
  const again = await officer.POST("/api/v1/hazards", { body });
  assert.deepEqual([again.response.status, again.response.headers.get("Idempotency-Replayed")], [200, "true"]);
  assert.deepEqual(done(again).receipt, first.receipt);
  assert.equal(first.status, "reported");
  return first;
}

async function close(told: Told): Promise<void> {
  const officer = client(told.url, told.officer.token);
  const inspector = client(told.url, await logIn(told.url, told.inspector, told.sms));
  assert.equal(done(await inspector.GET("/api/v1/me")).name, told.inspector.name);

  const shown = await sentAsForm(officer, told.photos[0]);
  const hazard = await report(officer, told.enterprise_id, shown);
  const params = { path: { hazard_id: hazard.id } };
  await untilReady(officer, shown);
  const confirm: Schemas["VerificationIn"] = { id: randomUUID(), outcome: "confirm", level: "general", requirement: "整理线路并上锁" };
  act(await inspector.POST("/api/v1/hazards/{hazard_id}/verifications", { params, body: confirm }), "rectifying");
  const second = { ...confirm, id: randomUUID() };
  refused(409, "hazard.wrong_status", await inspector.POST("/api/v1/hazards/{hazard_id}/verifications", { params, body: second }));

  const fix: Schemas["RectificationIn"] = {
    id: randomUUID(), measures: "线路已整理,箱门已上锁", responsible: "李安全", finished_at: new Date().toISOString(),
  };
  refused(422, "hazard.photo_required", await officer.POST("/api/v1/hazards/{hazard_id}/rectifications", { params, body: fix }));
  const mended = await sentRaw(officer, told.photos[1]);
  const withPhoto = { ...fix, photo_ids: [{ id: mended }] };
  act(await officer.POST("/api/v1/hazards/{hazard_id}/rectifications", { params, body: withPhoto }), "awaiting_reinspection");
  await untilReady(officer, mended);
  const pass: Schemas["ReinspectionIn"] = { id: randomUUID(), outcome: "pass", on_site: true, note: "现场复查合格" };
  refused(403, "hazard.not_your_move", await officer.POST("/api/v1/hazards/{hazard_id}/reinspections", { params, body: pass }));
  const last = act(await inspector.POST("/api/v1/hazards/{hazard_id}/reinspections", { params, body: pass }), "closed");

  const closed = done(await officer.GET("/api/v1/hazards/{hazard_id}", { params }));
  assert.deepEqual([closed.status, closed.photos_missing], ["closed", []]);
  const receipt = done(await inspector.GET("/api/v1/receipts/{id}", { params: { path: { id: last.id } } }));
  assert.deepEqual(receipt, last.receipt);
  const mine = done(await officer.GET("/api/v1/hazards", { params: { query: { mine: true, limit: 1 } } }));
  assert.equal(mine.items[0]?.id, hazard.id);
  console.log(`closed: ${hazard.id}`);
}

await close(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Told);
