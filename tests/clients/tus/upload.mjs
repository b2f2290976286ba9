// Uploads photos with tus-js-client and nothing else: `node upload.mjs told.json`. The line it is given is cut again and again.

import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";

import * as tus from "tus-js-client";

const told = JSON.parse(readFileSync(process.argv[2], "utf8"));

/** Wait and go on, also when told to come back later: the library itself takes 429 for a mistake. */
function isWorthATry(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  return [0, 408, 409, 423, 429].includes(status) || status >= 500;
}

function options(photo, more) {
  return {
    endpoint: photo.endpoint, headers: { "X-Session-Token": told.token }, chunkSize: photo.chunk ?? Infinity,
    metadata: { id: photo.id, sha256: photo.sha256, filename: "照片.jpg", filetype: "image/jpeg" },
    retryDelays: Array(100).fill(50), onShouldRetry: isWorthATry, uploadSize: photo.bytes,
    uploadDataDuringCreation: photo.early ?? false, overridePatchMethod: photo.posts ?? false, ...more,
  };
}

/** Send a photo; `more` are further options of the library. */
function sent(photo, more = {}) {
  return new Promise((resolve, reject) => {
    const file = photo.streamed ? createReadStream(photo.file) : readFileSync(photo.file);
    new tus.Upload(file, options(photo, { ...more, onSuccess: resolve, onError: reject })).start();
  });
}

/** Send a photo, stop after the first piece, forget everything, and let another upload find what was begun. */
async function resumed(photo) {
  const kept = { urlStorage: new tus.FileUrlStorage(told.memory), fingerprint: async () => photo.id };
  await new Promise((resolve, reject) => {
    const first = new tus.Upload(readFileSync(photo.file), options(photo, {
      ...kept, onError: reject, onSuccess: () => reject(new Error("it was not stopped")),
      onChunkComplete: () => first.abort().then(resolve, reject),
    }));
    first.start();
  });
  const before = await new tus.Upload(readFileSync(photo.file), options(photo, kept)).findPreviousUploads();
  assert.equal(before.length, 1);
  await new Promise((resolve, reject) => {
    const second = new tus.Upload(readFileSync(photo.file), options(photo, { ...kept, onSuccess: resolve, onError: reject }));
    second.resumeFromPreviousUpload(before[0]);
    second.start();
  });
}

for (const photo of told.photos) {
  await (photo.stopped ? resumed(photo) : sent(photo));
  console.log(`${photo.name}: ${photo.bytes} bytes`);
}
