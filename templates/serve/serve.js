"use strict";
// Hands documents in and shows how far a check has come. Without it the pages can be read, and nothing else.
const upload = document.getElementById("upload");
if (upload) {
  const input = upload.querySelector("input");
  const button = upload.querySelector("button");
  const said = upload.querySelector(".said");
  const most = Number(upload.dataset.most);

  const hand = async (file) => {
    if (!file) return;
    if (file.size > most) {
      said.textContent = `${file.name} is larger than ${Math.floor(most / 1048576)} MB`;
      return;
    }
    button.disabled = true;
    said.textContent = `Handing in ${file.name}`;
    try {
      const answer = await fetch(`/documents?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
      if (!answer.ok) throw new Error(await answer.text());
      location.assign((await answer.json()).url);
    } catch (error) {
      said.textContent = error.message;
      button.disabled = false;
    }
  };

  upload.addEventListener("submit", (event) => { event.preventDefault(); hand(input.files[0]); });
  upload.addEventListener("dragover", (event) => { event.preventDefault(); upload.classList.add("over"); });
  upload.addEventListener("dragleave", () => upload.classList.remove("over"));
  upload.addEventListener("drop", (event) => {
    event.preventDefault();
    upload.classList.remove("over");
    hand(event.dataTransfer.files[0]);
  });
}

const actions = document.querySelector(".actions");
if (actions) {
  const id = actions.dataset.document;
  const button = actions.querySelector("button");
  const box = actions.querySelector(".progress");
  const bar = box.querySelector("progress");
  const said = box.querySelector(".said");

  const follow = () => {
    button.disabled = true;
    box.hidden = false;
    const events = new EventSource(`/documents/${id}/events`);
    events.addEventListener("waiting", () => { said.textContent = "Waiting for its turn"; });
    events.addEventListener("checking", (event) => {
      const { done, pages, last } = JSON.parse(event.data);
      bar.max = pages || 1;
      bar.value = done;
      said.textContent = `${done} of ${pages} pages` + (last ? ` – ${last.state}: ${last.url}` : "");
    });
    events.addEventListener("finished", () => { events.close(); location.reload(); });
    events.addEventListener("failed", (event) => {
      events.close();
      bar.hidden = true;
      button.disabled = false;
      said.textContent = `The check failed: ${JSON.parse(event.data).why}`;
    });
    // The server ended, or the check is over since the page was made.
    events.addEventListener("error", () => {
      if (events.readyState === EventSource.CLOSED) { button.disabled = false; said.textContent = "The connection was lost"; }
    });
  };

  button.addEventListener("click", async () => {
    const answer = await fetch(`/documents/${id}/check`, { method: "POST" });
    if (answer.ok || answer.status === 409) follow();
    else { box.hidden = false; bar.hidden = true; said.textContent = await answer.text(); }
  });
  if (actions.dataset.running === "true") follow();
}
