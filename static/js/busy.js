/* A form that is sent, and a file that is made, say so at once, and are not asked for twice. This holds for every form
   with method post and every link with download. A button may name its work in data-busy. A file that is being made is
   asked for until it is there; a form with data-again is sent again after so many milliseconds.
   A script that keeps a form from being sent for now sets data-waits on it; one that gives up sends the event "notsent". */
"use strict";

(function () {
  const words = (document.getElementById("script-words") || {}).dataset || {};
  const LONGEST = 60000; // milliseconds, if nothing comes back: a page that was left and kept
  const BEING_MADE = 202; // the status of an answer that is not the file yet
  const AGAIN = 1000; // milliseconds until it is asked for again
  const busy = new Map(); // what was pressed, with how it looked
  const sent = new WeakSet(); // forms that are on their way

  function announce(text) {
    const region = document.getElementById("announce");
    if (region) region.textContent = text;
  }

  function begin(pressed) {
    if (!pressed || busy.has(pressed)) return;
    const said = pressed.dataset.busy || (pressed.matches("a") ? words.busyFile : words.busy) || "";
    busy.set(pressed, { nodes: Array.from(pressed.childNodes), width: pressed.style.minWidth });
    pressed.style.minWidth = Math.ceil(pressed.getBoundingClientRect().width) + "px"; // the buttons beside it stay
    pressed.replaceChildren(said);
    pressed.setAttribute("aria-busy", "true");
    announce(said);
  }

  function end(pressed) {
    const was = busy.get(pressed);
    if (!was) return;
    busy.delete(pressed);
    pressed.replaceChildren(...was.nodes);
    pressed.style.minWidth = was.width;
    pressed.removeAttribute("aria-busy");
  }

  function release(form) {
    sent.delete(form);
    Array.from(busy.keys()).filter((pressed) => pressed.form === form).forEach(end);
  }

  function isPosted(form) {
    return form instanceof HTMLFormElement && (form.getAttribute("method") || "").toLowerCase() === "post";
  }

  /* Before every other listener: the press shows, and a second one does nothing. */
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (!isPosted(form)) return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    begin(event.submitter || form.querySelector("[type=submit]"));
  }, true);

  /* After every other listener: it is on its way, or a script deals with it. */
  window.addEventListener("submit", (event) => {
    const form = event.target;
    if (!isPosted(form)) return;
    if (event.defaultPrevented) {
      if (!("waits" in form.dataset)) release(form);
      return;
    }
    sent.add(form);
    window.setTimeout(() => release(form), LONGEST);
  });
  document.addEventListener("notsent", (event) => release(event.target));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    Array.from(busy.keys()).forEach((pressed) => { sent.delete(pressed.form); end(pressed); });
  });

  /** Fetches a file and hands it to the browser. Anything but a file is a page, and is opened as one. */
  async function download(link) {
    let answer = null;
    try {
      do {
        if (answer) await new Promise((resolve) => window.setTimeout(resolve, AGAIN));
        answer = await fetch(link.href, { credentials: "same-origin" });
      } while (answer.status === BEING_MADE);
    } catch { /* the browser says what is wrong with the connection */ }
    const named = answer && answer.ok && (answer.headers.get("Content-Disposition") || "").match(/filename="([^"]+)"/);
    if (!named) {
      window.location.assign(link.href);
      return;
    }
    const file = document.createElement("a");
    file.href = URL.createObjectURL(await answer.blob());
    file.download = named[1];
    file.click();
    window.setTimeout(() => URL.revokeObjectURL(file.href), LONGEST);
    announce(words.busyDone || "");
  }

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest("a[href][download]");
    if (!link || link.origin !== window.location.origin) return;
    event.preventDefault();
    if (busy.has(link)) return;
    begin(link);
    download(link).finally(() => end(link));
  });

  document.querySelectorAll("form[data-again]").forEach((form) => {
    window.setTimeout(() => form.requestSubmit(), Number(form.dataset.again));
  });
})();
