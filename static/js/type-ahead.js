/* Lists with data-type-ahead: people type a few letters and choose. Tom Select shows them; without a script they are
   plain lists. The closest words come first, and other names are read as well ("FAMa", "dozo").
   Buttons with data-into put a value of the case into that field. */
"use strict";

(function () {
  const words = (document.getElementById("type-ahead-words") || {}).dataset || {};

  /* Folds text as coi/text/folding.py does: without accents, case, hyphens and apostrophes. */
  function fold(text) {
    return String(text || "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, " ").trim();
  }

  /** Returns how close a name is to what was typed: 0 not at all, 4 the same. */
  function closeness(name, typed) {
    if (name === typed) return 4;
    if (name.startsWith(typed)) return 3;
    if ((" " + name).includes(" " + typed)) return 2;
    return name.includes(typed) ? 1 : 0;
  }

  /** Scores an option: its own name before its other names, a short name before a long one. */
  function score(query) {
    const typed = fold(query);
    return (option) => {
      const own = fold(option.text);
      const others = String(option.alias || "").split(",").map(fold);
      const best = Math.max(closeness(own, typed), ...others.map((name) => closeness(name, typed) - 0.5));
      return best > 0 ? best + 1 / (1 + own.length) : 0;
    };
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /** The other names of an option that its label does not contain. */
  function others(option) {
    const own = fold(option.text);
    return String(option.alias || "").split(",").map((name) => name.trim()).filter((name) => name && !own.includes(fold(name)));
  }

  const render = {
    item(option) {
      const made = element("div", "", option.text + " ");
      const button = element("button", "take-out", "×");
      button.type = "button";
      button.setAttribute("aria-label", (words.takeOut || "%s").replace("%s", option.text));
      made.append(button);
      return made;
    },
    option(option) {
      const made = element("div", "", option.text);
      const also = others(option);
      if (also.length) made.append(" ", element("span", "also", (words.alsoCalled || "%s").replace("%s", also.join(", "))));
      return made;
    },
    no_results(query) {
      const made = element("div", "no-results", (words.nothingListed || "%s").replace("%s", query.input));
      made.setAttribute("role", "option");
      made.setAttribute("aria-disabled", "true");
      return made;
    },
  };

  function typeAhead(select) {
    const name = (document.querySelector(`label[for="${CSS.escape(select.id)}"]`) || select).textContent.replace(/\s+/g, " ").trim();
    const described = select.getAttribute("aria-describedby");
    const hadFocus = document.activeElement === select;
    const isWrong = select.classList.contains("is-invalid");
    const list = new window.TomSelect(select, {
      score, render, maxOptions: null, closeAfterSelect: true, openOnFocus: false, refreshThrottle: 0, wrapperClass: "ts-wrapper",
      onItemAdd() {
        this.setTextboxValue("");
        this.refreshOptions(false);
        this.control_input.removeAttribute("aria-activedescendant");
      },
    });
    const input = list.control_input;
    /* Words of other countries are listed only once something is typed. */
    const search = list.search;
    list.search = function (query) {
      const found = search.call(this, query);
      if (!fold(query)) found.items = found.items.filter((item) => !this.options[item.id].elsewhere);
      return found;
    };
    /* Enter right after opening chooses nothing: nothing was read yet. Tom Select would highlight the first option whenever
       it lists them, also a moment after the list has opened. */
    list.hook("after", "refreshOptions", () => { if (!input.value) list.clearActiveOption(); });
    /* Enter belongs to the list, open or not: it never sends the form. */
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) event.preventDefault();
    });
    select.setAttribute("aria-label", name);
    select.setAttribute("aria-hidden", "true");
    select.addEventListener("focus", () => input.focus()); // a link of the error summary
    input.placeholder = "";
    if (described) input.setAttribute("aria-describedby", described);
    if (isWrong) input.setAttribute("aria-invalid", "true");
    list.wrapper.classList.toggle("is-invalid", isWrong);

    const all = element("button", "link-button show-all", (words.showAll || "%s").replace("%s", String(Object.values(list.options).filter((option) => !option.elsewhere).length)));
    all.type = "button";
    all.tabIndex = -1; // the arrow keys open the list from the field
    all.append(element("span", "visually-hidden", ": " + name));
    list.control.append(all);
    list.wrapper.addEventListener("click", (event) => {
      const out = event.target.closest(".take-out");
      if (out) {
        event.stopPropagation();
        list.removeItem(out.closest("[data-value]").dataset.value);
        input.focus();
      } else if (list.control.contains(event.target) && !list.isOpen && !list.isDisabled) {
        event.stopPropagation(); // Tom Select would close it again
        input.focus();
        list.refreshOptions(true);
      }
    }, true);
    list.wrapper.addEventListener("keydown", (event) => {
      if (event.target.closest(".take-out")) { event.stopPropagation(); return; }
      if (event.key !== "ArrowDown" || !list.isOpen || list.activeOption) return;
      const first = list.dropdown_content.querySelector("[data-selectable]");
      if (first) list.setActiveOption(first);
      event.preventDefault();
      event.stopPropagation();
    }, true);
    if (hadFocus) input.focus();
  }

  function offer(button) {
    const field = document.getElementById(button.dataset.into);
    if (!field) return;
    button.hidden = true; // used
    if (field.tomselect) {
      field.tomselect.addItem(button.value);
      field.tomselect.control_input.focus();
    } else {
      field.value = button.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    }
  }

  function begin(root) {
    root.querySelectorAll("select[data-type-ahead]:not(.tomselected)").forEach(typeAhead);
  }

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button[data-into]");
    if (button) offer(button);
  });
  begin(document.body);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt || document.body));
})();
