// Copies what a button names. Without script the texts are there to be read and marked, and the buttons are not.
const said = document.getElementById("said");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or a page of plain HTTP on another machine.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  const label = button.firstChild;
  const before = label.data;
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copies).textContent);
    label.data = done ? "Copied " : "Not copied ";
    said.textContent = done ? "Copied." : "The browser does not let this page copy: mark the text instead.";
    button.focus();
    setTimeout(() => { label.data = before; }, 1500);
  });
}

for (const choice of document.querySelectorAll("[data-sends]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

// Sends the page's request over the network, to show what a delay or a fault does to it.
const button = document.getElementById("send");
if (button) {
  const live = document.getElementById("live");
  const { url, method, headers, body } = JSON.parse(button.dataset.request);
  const here = location.origin + new URL(url).pathname + new URL(url).search;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const begun = performance.now();
    const told = (text) => { live.textContent = `${text} after ${Math.round(performance.now() - begun)} ms.`; };
    live.hidden = false;
    live.textContent = "Waiting for the reply …";
    let reply;
    try {
      reply = await fetch(here, { method, headers, body: body ?? undefined, cache: "no-store", credentials: "omit" });
      told(`${reply.status}: ${(await reply.arrayBuffer()).byteLength} bytes`);
    } catch (error) {
      told(reply ? `${reply.status}, then the body broke off (${error.message})` : `No reply (${error.message})`);
    }
  });
}
