/* Changing whether a finding is relied on updates the column of findings and leaves the text beside it alone.
   Without this script the same forms reload the page. */
"use strict";

(function () {
  const officer = document.getElementById("officer");
  if (!officer) return;

  /** Returns the selected options, so that unsaved selections survive a new list of options. */
  function ticked() {
    return new Set(Array.from(officer.querySelectorAll("[id^='rests-'] input:checked")).map((each) => each.name + " " + each.value));
  }

  /** Returns all present options. */
  function listed() {
    return new Set(Array.from(officer.querySelectorAll("[id^='rests-'] input")).map((each) => each.name + " " + each.value));
  }

  function replaceWith(fresh, id) {
    const mine = document.getElementById(id);
    const theirs = fresh.getElementById(id);
    if (!mine || !theirs) return;
    mine.replaceWith(document.adoptNode(theirs));
    document.getElementById(id).querySelectorAll("[data-needs-script][hidden]").forEach((each) => { each.hidden = false; });
  }

  function openFolds() {
    return Array.from(document.querySelectorAll("#coi details.fold[open][id]")).map((each) => each.id);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-swap-coi]")) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    if (event.submitter) event.submitter.disabled = true; // one click, one request
    document.getElementById("coi").setAttribute("aria-busy", "true");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    } catch {
      form.removeAttribute("data-swap-coi"); // the browser reports the connection error
      if (event.submitter) event.submitter.disabled = false;
      form.requestSubmit(event.submitter);
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.getElementById("coi")) { window.location.reload(); return; }
    const was = ticked();
    const known = listed();
    const open = openFolds();
    ["notices", "coi", "rests-external", "rests-plausibility"].forEach((id) => replaceWith(fresh, id));
    officer.querySelectorAll("[id^='rests-'] input").forEach((each) => {
      const key = each.name + " " + each.value;
      if (known.has(key)) each.checked = was.has(key); // a newly listed finding stays as it was saved
    });
    officer.dispatchEvent(new Event("change")); // a finding no longer listed is no longer selected
    open.forEach((id) => { const fold = document.getElementById(id); if (fold) fold.open = true; });
    const at = document.querySelector("#coi textarea.is-invalid") || document.getElementById(form.dataset.then);
    if (at) {
      if (!at.matches("textarea")) at.setAttribute("tabindex", "-1");
      const fold = at.closest("details.fold");
      if (fold) fold.open = true;
      at.focus({ preventScroll: true });
      at.scrollIntoView({ block: "nearest" });
    }
  });

  /* The fold of an indicator shows whether it has text. */
  officer.querySelectorAll("[data-words-of]").forEach((each) => {
    const field = document.getElementById(each.dataset.wordsOf);
    field.addEventListener("input", () => { each.textContent = field.value.trim() ? each.dataset.written : each.dataset.blank; });
  });

  /* Ctrl+Enter saves from any field. */
  officer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); officer.requestSubmit(); }
  });
})();
