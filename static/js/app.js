/* Enhancements of the pages. Everything also works without this script, but less conveniently.
   It has no dependency. It sets text as text, never as markup. */
"use strict";

(function () {
  const words = (document.getElementById("script-words") || {}).dataset || {};

  /** Announces a text to screen readers, once. */
  function announce(text) {
    const region = document.getElementById("announce");
    if (!region) return;
    region.textContent = "";
    window.setTimeout(() => { region.textContent = text; }, 50);
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** Returns the matching elements under root and root itself, each only once for each purpose. */
  function fresh(root, selector, purpose) {
    const found = Array.from(root.querySelectorAll(selector));
    if (root.matches && root.matches(selector)) found.unshift(root);
    return found.filter((each) => {
      const key = "ready" + purpose;
      if (each.dataset[key]) return false;
      each.dataset[key] = "1";
      return true;
    });
  }

  /* --- places: an editable combobox with a list (ARIA 1.2) --------------------------------- */

  let comboboxes = 0;

  function combobox(input) {
    comboboxes += 1;
    const id = (input.id || "place") + "-list-" + comboboxes;
    const hadFocus = document.activeElement === input;
    const box = element("div", "combobox");
    input.before(box);
    const list = element("ul", "combobox-list");
    list.id = id;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", words.placesLabel || "Places");
    const nothing = element("div", "combobox-list combobox-empty");
    nothing.hidden = true;
    box.append(input, list, nothing);
    if (hadFocus) input.focus();

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
    input.setAttribute("autocomplete", "off");
    input.setAttribute("spellcheck", "false");

    let timer = 0;
    let request = null;
    let active = -1;

    const options = () => Array.from(list.children);

    function close() {
      window.clearTimeout(timer);
      if (request) request.abort();
      request = null;
      list.hidden = true;
      nothing.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function activate(index) {
      const all = options();
      if (!all.length) return;
      active = (index + all.length) % all.length;
      all.forEach((option, n) => option.setAttribute("aria-selected", n === active ? "true" : "false"));
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }

    function choose(option) {
      input.value = option.dataset.value;
      close();
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    }

    function show(results) {
      list.replaceChildren();
      active = -1;
      input.removeAttribute("aria-activedescendant");
      results.forEach((result, n) => {
        const option = element("li", "combobox-option");
        option.id = id + "-" + n;
        option.dataset.value = String(result.value);
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.append(element("span", "combobox-label", String(result.label)));
        if (result.hint) option.append(element("span", "combobox-hint", String(result.hint)));
        list.append(option);
      });
      const any = results.length > 0;
      list.hidden = !any;
      nothing.hidden = any;
      nothing.textContent = any ? "" : words.placesNone || "";
      input.setAttribute("aria-expanded", any ? "true" : "false");
      if (!any) announce(words.placesNone || "");
      else if (results.length === 1) announce(words.placesOne || "");
      else announce((words.placesMany || "%s").replace("%s", String(results.length)));
    }

    function country() {
      const field = input.dataset.countryField && document.querySelector(input.dataset.countryField);
      return field ? field.value : input.dataset.country || "";
    }

    async function search() {
      const query = input.value.trim();
      if (request) request.abort();
      if (query.length < 2) { close(); return; }
      const mine = new AbortController();
      request = mine;
      const asked = new URLSearchParams({ q: query, country: country() });
      try {
        const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers")) };
        const answer = await fetch(input.dataset.placeSearch,
          { method: "POST", body: asked, signal: mine.signal, headers, credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        if (request === mine && document.activeElement === input) show(found.results || []);
      } catch (problem) {
        if (problem.name === "AbortError") return;
        close();
        announce(words.placesFailed || "");
      }
    }

    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(search, 200);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) { search(); return; }
        if (event.key === "ArrowDown") activate(active + 1);
        else activate(active === -1 ? -1 : active - 1);
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        choose(options()[active]);
      } else if (event.key === "Escape" && (open || !nothing.hidden)) {
        event.preventDefault();
        event.stopPropagation();
        close();
      } else if (event.key === "Tab") {
        close();
      }
    });
    input.addEventListener("blur", () => window.setTimeout(() => {
      if (document.activeElement !== input) close();
    }, 150));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(option);
    });
  }

  /* --- a form with unsaved changes ---------------------------------------------------------- */

  const unsaved = new Set();

  function warnUnsaved(form) {
    if (form.querySelector(".is-invalid") || form.hasAttribute("data-unsaved")) unsaved.add(form); // refused, so its text is not saved
    const touch = (event) => {
      if (event.target.closest("[data-place-search], input, select, textarea")) unsaved.add(form);
    };
    form.addEventListener("input", touch);
    form.addEventListener("change", touch);
    form.addEventListener("submit", () => unsaved.delete(form));
    form.addEventListener("saved", () => unsaved.delete(form)); // HX-Trigger: saved
    form.addEventListener("htmx:responseError", () => unsaved.add(form));
    form.addEventListener("htmx:sendError", () => unsaved.add(form));
  }

  window.addEventListener("beforeunload", (event) => {
    for (const form of unsaved) {
      if (document.contains(form)) {
        event.preventDefault();
        event.returnValue = "";
        return;
      }
    }
  });

  /* --- copying a passage with its citation -------------------------------------------------- */

  function copyTheOldWay(text) {
    const field = element("textarea", "visually-hidden");
    field.value = text;
    field.setAttribute("readonly", "");
    document.body.append(field);
    const before = document.activeElement;
    field.select();
    let done = false;
    try { done = document.execCommand("copy"); } catch { done = false; }
    field.remove();
    if (before && before.focus) before.focus();
    return done;
  }

  async function copy(button) {
    const text = button.dataset.copyText;
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = copyTheOldWay(text);
    }
    const said = done ? words.copied : words.copyFailed;
    announce(said || "");
    if (!done) return;
    const label = button.dataset.label || button.textContent;
    button.dataset.label = label;
    button.textContent = said || label;
    window.setTimeout(() => { button.textContent = label; }, 3000);
  }

  /* --- keyboard shortcuts ------------------------------------------------------------------- */

  const STORED = "footnote-shortcuts";
  let prefix = "";
  let prefixTimer = 0;

  function shortcutsOn() {
    try { return window.localStorage.getItem(STORED) !== "off"; } catch { return true; }
  }

  function typing(target) {
    return target instanceof Element &&
      (target.isContentEditable || target.closest("input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), select, textarea, [role=combobox], [role=listbox]") !== null);
  }

  function usable(each) {
    return !each.disabled && each.getClientRects().length > 0;
  }

  function withShortcut(keys) {
    return Array.from(document.querySelectorAll("[data-shortcut]")).find((each) => each.dataset.shortcut === keys && usable(each));
  }

  function follow(target) {
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  }

  function listShortcuts(dialog) {
    const list = dialog.querySelector(".shortcut-list");
    if (!list) return;
    list.querySelectorAll("[data-listed]").forEach((each) => each.remove());
    const seen = new Set();
    document.querySelectorAll("[data-shortcut]").forEach((each) => {
      const keys = each.dataset.shortcut;
      if (seen.has(keys) || !usable(each)) return;
      seen.add(keys);
      const term = element("dt");
      term.dataset.listed = "1";
      keys.split(" ").forEach((key, n) => {
        if (n) term.append(" " + (words.then || "then") + " ");
        term.append(element("kbd", "", key));
      });
      const meaning = element("dd", "", each.dataset.shortcutLabel || each.getAttribute("aria-label") || each.textContent.trim());
      meaning.dataset.listed = "1";
      list.append(term, meaning);
    });
  }

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open || !dialog.showModal) return;
    if (id === "shortcuts") listShortcuts(dialog);
    dialog.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    if (!shortcutsOn() || event.key.length !== 1 || event.key === " ") return;
    const keys = prefix ? prefix + " " + event.key : event.key;
    window.clearTimeout(prefixTimer);
    prefix = "";
    if (keys === "?") { event.preventDefault(); openDialog("shortcuts"); return; }
    const target = withShortcut(keys);
    if (target) { event.preventDefault(); follow(target); return; }
    if (Array.from(document.querySelectorAll("[data-shortcut]")).some((each) => each.dataset.shortcut.startsWith(event.key + " "))) {
      prefix = event.key;
      prefixTimer = window.setTimeout(() => { prefix = ""; }, 1500);
    }
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) openDialog(opener.dataset.openDialog);
    const closer = event.target.closest("[data-close-dialog]");
    if (closer) closer.closest("dialog").close();
    const copier = event.target.closest("[data-copy-text]");
    if (copier) copy(copier);
    // A link into a closed fold opens it.
    const inside = event.target.closest("a[href^='#']");
    const hidden = inside && document.getElementById(decodeURIComponent(inside.hash.slice(1)));
    for (let fold = hidden && hidden.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    // A link of the error summary also moves the focus to the field.
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (link) {
      const id = decodeURIComponent(link.hash.slice(1));
      const field = document.getElementById(id) || document.querySelector("[id^='" + CSS.escape(id) + "_']");
      if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
    }
  });

  /* --- printing: folds are opened ----------------------------------------------------------- */

  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = Array.from(document.querySelectorAll("details:not([open])"));
    unfolded.forEach((each) => { each.open = true; });
  });
  window.addEventListener("afterprint", () => { unfolded.forEach((each) => { each.open = false; }); unfolded = []; });

  /* --- at the start, and for content from htmx ----------------------------------------------- */

  function begin(root) {
    fresh(root, "input[data-place-search]", "Place").forEach(combobox);
    fresh(root, "form[data-warn-unsaved]", "Unsaved").forEach(warnUnsaved);
    root.querySelectorAll("[data-needs-script][hidden]").forEach((each) => { each.hidden = false; });
    const summary = fresh(root, "[data-error-summary]", "Summary")[0];
    if (summary) summary.focus();
  }

  const toggle = document.getElementById("shortcuts-on");
  if (toggle) {
    toggle.checked = shortcutsOn();
    toggle.addEventListener("change", () => {
      try { window.localStorage.setItem(STORED, toggle.checked ? "on" : "off"); } catch { /* shortcuts stay on */ }
    });
  }
  begin(document.body);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt || document.body));
})();
