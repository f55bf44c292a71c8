/* Autosave: a form with data-autosave is posted there (else to its action) with the header X-Autosave.
   The response {"saved": time, "version": token, "url": …, "note": …} updates the form's version; a form of several
   texts gets {"tokens": {field: token}}, also with a refusal {"message": …}. A refusal is shown; a failed request is
   repeated, not before the time that the server asks for in Retry-After. Typed text is stored nowhere but in the page. */
"use strict";

(function () {
  const words = (document.getElementById("script-words") || {}).dataset || {};
  const PAUSE = 800; // milliseconds after the last key
  const SETTLE = 120; // after a field is left, because a click on a button that saves may follow
  const LONGEST_WAIT = 60000; // between two attempts
  const PATIENCE = 20000; // for one answer
  const UNCHANGING = new Set(["version", "csrfmiddlewaretoken"]);
  const isToken = (name) => UNCHANGING.has(name) || name.endsWith("-version"); // the token of one of several texts in a form
  const savers = [];

  class Refused extends Error {
    constructor(said) {
      super((said && said.message) || "");
      this.tokens = (said && said.tokens) || {};
    }
  }
  class SessionEnded extends Error {}
  class Busy extends Error {
    constructor(answer) {
      super(String(answer.status));
      this.wait = 1000 * (Number(answer.headers.get("Retry-After")) || 0); // 0 as well if it is a date
    }
  }

  function clock() {
    const now = new Date();
    return String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
  }

  function entries(form) {
    return Array.from(new FormData(form)).filter(([, value]) => typeof value === "string");
  }

  /** Returns the typed values, without fields that change by themselves. */
  function typed(form) {
    return new URLSearchParams(entries(form).filter(([name]) => !isToken(name))).toString();
  }

  /** Fetches the page again and replaces the tokens, which are out of date after a new sign-in. */
  async function renewToken(form) {
    const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect") throw new SessionEnded();
    const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page && page.querySelector("main input[name=csrfmiddlewaretoken], input[name=csrfmiddlewaretoken]");
    const mine = form.elements.namedItem("csrfmiddlewaretoken");
    if (!fresh || !mine) throw new Refused();
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((each) => { each.value = fresh.value; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh.value }));
  }

  function autosave(form) {
    const status = form.querySelector(".save-status") || document.getElementById("save-status");
    let kept = form.hasAttribute("data-unsaved") ? null : typed(form); // the values that the server has
    let time = clock();
    let timer = 0;
    let delay = 0;
    let flight = null;
    let again = null; // a request that may have arrived; repeated unchanged, it counts once
    let underWay = null; // the request without an answer yet: { sent, what }
    let leaving = false;
    let trouble = false;

    const isDirty = () => typed(form) !== kept;

    function say(text, state) {
      if (!status) return;
      // Screen readers announce failures and their end, not every successful save.
      status.setAttribute("aria-live", state || trouble ? "polite" : "off");
      trouble = Boolean(state);
      status.classList.toggle("is-failed", state === "failed");
      status.classList.toggle("is-unsaved", state === "unsaved");
      if (status.textContent !== text) status.textContent = text;
    }

    function schedule(wait) {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => { timer = 0; save(); }, wait);
    }

    function touched(wait) {
      if (leaving) return;
      delay = 0;
      schedule(wait);
    }

    function body() {
      return new URLSearchParams(entries(form)).toString();
    }

    async function post(sent) {
      const stop = new AbortController();
      const patience = window.setTimeout(() => stop.abort(), PATIENCE);
      try {
        return await fetch(form.dataset.autosave || form.action, {
          method: "POST",
          body: sent,
          headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1", Accept: "application/json" },
          credentials: "same-origin",
          redirect: "manual",
          keepalive: sent.length < 50000, // larger ones are refused by browsers
          signal: stop.signal,
        });
      } finally {
        window.clearTimeout(patience);
      }
    }

    async function answered(answer) {
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      const said = isJson ? await answer.json() : {};
      if (answer.type === "opaqueredirect" || answer.status === 401) throw new SessionEnded();
      if (answer.status >= 500 || answer.status === 429) throw new Busy(answer);
      if (!answer.ok || !said.saved) throw new Refused(said);
      return said;
    }

    function take(tokens) {
      Object.entries(tokens).forEach(([name, token]) => {
        const field = form.elements.namedItem(name);
        if (field) field.value = token;
      });
    }

    function accept(said, what) {
      kept = what;
      again = null;
      delay = 0;
      time = said.saved;
      const version = form.elements.namedItem("version");
      if (version && said.version !== undefined) version.value = said.version;
      take(said.tokens || {});
      if (said.url && form.dataset.autosave !== said.url) {
        window.history.replaceState(window.history.state, "", said.url);
        form.setAttribute("action", said.url);
        form.dataset.autosave = said.url;
      }
      const refused = form.dataset.unsaved === "save"; // the button's save was refused, and an autosave does not replace it
      say(((refused ? words.kept : words.saved) || "%s").replace("%s", said.saved) + (said.note ? " " + said.note : ""));
      if (!isDirty()) form.dispatchEvent(new Event("saved"));
    }

    function failed(problem, sent, what) {
      if (problem instanceof Refused) {
        again = null;
        take(problem.tokens);
        say(problem.message || (words.saveRefused || "").replace("%s", time), "unsaved");
        return;
      }
      again = { sent, what };
      const ended = problem instanceof SessionEnded;
      say(ended ? words.sessionEnded || "" : (words.notSavedSince || "").replace("%s", time), "failed");
      delay = Math.min(LONGEST_WAIT, Math.max(delay ? delay * 2 : 2000, problem.wait || 0));
      if (!leaving) schedule(delay);
    }

    async function attempt() {
      const what = again ? again.what : typed(form);
      let sent = again ? again.sent : body();
      underWay = { sent, what };
      try {
        let answer = await post(sent);
        if (answer.status === 403) {
          await renewToken(form);
          const fresh = form.elements.namedItem("csrfmiddlewaretoken").value;
          const renewed = new URLSearchParams(sent);
          renewed.set("csrfmiddlewaretoken", fresh);
          sent = renewed.toString();
          answer = await post(sent);
        }
        accept(await answered(answer), what);
        return true;
      } catch (problem) {
        failed(problem, sent, what);
        return false;
      } finally {
        underWay = null;
      }
    }

    /** Sends one request at a time until the server has the text of the page. Returns false if that failed. */
    function save() {
      window.clearTimeout(timer);
      timer = 0;
      if (flight) return flight;
      if (!again && !isDirty()) return Promise.resolve(true);
      flight = (async () => {
        let done = true;
        while (done && document.contains(form) && (again || isDirty())) done = await attempt();
        return done;
      })().finally(() => { flight = null; });
      return flight;
    }

    /** Sends the text once when the page is hidden, because it may never be shown again. */
    function last() {
      window.clearTimeout(timer);
      timer = 0;
      if (leaving || (underWay && underWay.what === typed(form))) return; // it is being sent
      save(); // after the present request, if the page stays open
    }

    /** Sends the text when the page is left, without waiting for a response, together with a request still under way. */
    function gone() {
      const what = typed(form);
      const earlier = underWay || again; // it may have arrived or not
      if (!earlier || earlier.what === what || leaving || !isDirty()) { last(); return; }
      window.clearTimeout(timer);
      const sent = new URLSearchParams(entries(form));
      sent.set("under_way", earlier.sent);
      underWay = { sent: sent.toString(), what };
      post(underWay.sent).catch(() => {});
    }

    form.addEventListener("input", () => touched(PAUSE));
    form.addEventListener("change", () => touched(SETTLE));
    form.addEventListener("focusout", () => { if (timer && !delay) touched(SETTLE); });
    form.addEventListener("htmx:afterSettle", () => touched(SETTLE)); // a row was added or removed
    form.addEventListener("submit", (event) => {
      window.clearTimeout(timer);
      timer = 0;
      if (flight) { // its answer has the version that this submission needs
        event.preventDefault();
        if ("waits" in form.dataset) return; // pressed twice
        form.dataset.waits = "";
        const button = event.submitter;
        flight.finally(() => { delete form.dataset.waits; form.requestSubmit(button); });
        return;
      }
      leaving = true;
    });
    window.addEventListener("pageshow", () => { leaving = false; });
    window.addEventListener("online", () => { if (again || isDirty()) { delay = 0; save(); } });
    window.addEventListener("pagehide", gone);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") last();
      else if (again) { delay = 0; save(); } // after a sign-in in another window
    });

    if (kept !== null) form.dispatchEvent(new Event("saved")); // saved, even if invalid
    else if (form.dataset.unsaved === "save") schedule(SETTLE); // refused as a whole: save what can be saved
    return { save, isOpen: () => !leaving && document.contains(form) && (Boolean(flight) || isDirty()) };
  }

  function begin(root) {
    const found = Array.from(root.querySelectorAll("form[data-autosave]"));
    if (root.matches && root.matches("form[data-autosave]")) found.push(root);
    found.filter((form) => !form.dataset.readyAutosave).forEach((form) => {
      form.dataset.readyAutosave = "1";
      savers.push(autosave(form));
    });
  }

  /* A link to another page waits until the text has been saved. */
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== window.location.origin) return;
    if (link.pathname === window.location.pathname && link.hash) return;
    const open = savers.filter((saver) => saver.isOpen());
    if (!open.length) return;
    event.preventDefault();
    const waited = new Promise((resolve) => { window.setTimeout(resolve, 3000); });
    Promise.race([Promise.all(open.map((saver) => saver.save())), waited]).then(() => window.location.assign(link.href));
  });

  begin(document.body);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt || document.body));
})();
