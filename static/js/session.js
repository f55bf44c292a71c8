/* Before a form is sent, this script checks the session. If it has ended, the form is not sent and the text stays on
   the page until the same user has signed in again. Without this script the server carries the text through the
   sign-in page (accounts/unsent.py). Typed text is stored nowhere but in the page. */
"use strict";

(function () {
  const user = document.body.dataset.user;
  const dialog = document.getElementById("signed-out");
  if (!user || !dialog || !dialog.showModal) return;
  const PATIENCE = 15000; // milliseconds
  const passed = new WeakSet(); // forms to send, because their session was just checked
  let held = null; // the waiting form: { form, button }

  /** Replaces the token of the page, which is out of date after a new sign-in. */
  function renew(token) {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((each) => { each.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  /** Returns "same" if the user for whom this page was made is signed in, otherwise why the form cannot be sent. */
  async function ask() {
    const stop = new AbortController();
    const patience = window.setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(document.body.dataset.session, {
        headers: { Accept: "application/json", "X-By-Itself": "1" }, credentials: "same-origin", cache: "no-store", signal: stop.signal,
      });
      if (answer.status === 401) return "ended";
      if (!answer.ok) return "unreachable";
      const said = await answer.json();
      if (String(said.user) !== user) return "other";
      renew(said.token);
      return "same";
    } catch {
      return "unreachable";
    } finally {
      window.clearTimeout(patience);
    }
  }

  function show(state) {
    dialog.querySelectorAll("[data-when]").forEach((each) => { each.hidden = !each.dataset.when.split(" ").includes(state); });
    dialog.querySelector("[data-save-again]").hidden = !held;
    if (!dialog.open) dialog.showModal();
    if (state === "back" && held) dialog.querySelector("[data-save-again]").focus();
  }

  function go() {
    const { form, button } = held;
    held = null;
    if (dialog.open) dialog.close();
    passed.add(form);
    if (button && button.form === form) form.requestSubmit(button);
    else form.requestSubmit();
  }

  async function send() {
    const state = await ask();
    if (!held) return;
    held.form.removeAttribute("aria-busy");
    if (state === "same") { go(); return; }
    held.form.dispatchEvent(new Event("notsent", { bubbles: true })); // for now
    show(state);
  }

  // Runs before every other listener, as if the form had not been sent.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if ((form.getAttribute("method") || "").toLowerCase() !== "post" || "typesNothing" in form.dataset) return;
    if (passed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (held) return; // pressed twice
    held = { form, button: event.submitter };
    form.setAttribute("aria-busy", "true");
    send();
  }, true);

  dialog.querySelector("[data-save-again]").addEventListener("click", send);
  dialog.addEventListener("close", () => { held = null; });
  document.addEventListener("visibilitychange", async () => { // after a sign-in in another window
    if (document.visibilityState === "visible" && dialog.open) show((await ask()).replace("same", "back"));
  });
  document.addEventListener("htmx:responseError", (event) => { // a part of the page could not be loaded
    if (event.detail.xhr && event.detail.xhr.status === 401) show("ended");
  });
})();
