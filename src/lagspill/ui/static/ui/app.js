"use strict";
// Small help for pages that also work without it. Behaviour hangs on data-ls-* attributes.
(() => {
  const d = document;
  const $ = (id) => d.getElementById(id);
  const on = (names, fn, opts) => names.split(" ").forEach((n) => d.addEventListener(n, fn, opts));

  const announce = (text) => {
    const live = $("ls-live");
    if (!live) return;
    live.textContent = "";
    setTimeout(() => (live.textContent = text), 50);
  };

  // Fields that belong to one answer show only with that answer.
  const shows = (root) =>
    root.querySelectorAll("[data-ls-shows]").forEach((box) => {
      const [name, values] = box.dataset.lsShows.split("=");
      const scope = box.closest("form") || d;
      const chosen = [...scope.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
        .filter((el) => el.tagName === "SELECT" || el.checked)
        .map((el) => el.value);
      box.hidden = !chosen.some((v) => (values ? values.split(" ").includes(v) : v));
    });

  // Once per answer from the server: the error summary, or what asks for focus.
  const focus = (root) => {
    const el = root.querySelector("[data-ls-errors]:not([data-seen]), [data-ls-focus]:not([data-seen])");
    if (!el) return;
    el.dataset.seen = "1";
    el.focus();
  };

  const ready = (root) => {
    root.querySelectorAll(".ls-js[hidden]").forEach((el) => (el.hidden = false));
    shows(root.closest?.("form") || root);
    focus(root);
  };

  // Dialogs: filled by the server, or standing in the page.
  let opener = "";
  const close = (dialog) => {
    const body = $("ls-dialog-body");
    if (dialog.id === "ls-dialog" && body) body.textContent = "";
    if (dialog.open) dialog.close();
  };
  d.addEventListener("click", (e) => {
    const el = e.target.closest?.("[data-ls-open], [data-ls-close], [data-ls-print], [data-ls-dialog], [data-ls-leave], [data-ls-errors] a");
    for (const m of d.querySelectorAll(".ls-menu[open]")) if (!m.contains(e.target)) m.open = false;
    if (!el) return;
    const data = el.dataset;
    if ("lsPrint" in data) print();
    else if ("lsLeave" in data) { e.preventDefault(); location.replace(el.href); }
    else if ("lsClose" in data) close(el.closest("dialog"));
    else if ("lsDialog" in data) opener = el.id;
    else if (data.lsOpen) { if (!("command" in HTMLButtonElement.prototype)) $(data.lsOpen).showModal(); }
    else {
      const target = $(el.hash.slice(1));
      if (target) { e.preventDefault(); target.scrollIntoView({ block: "center" }); target.focus(); }
    }
  });
  on("keydown", (e) => {
    const menu = e.key === "Escape" && d.querySelector(".ls-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  // A menu that scrolls sideways shows the whole of what has focus.
  on("focusin", (e) => e.target.closest?.(".ls-nav a, .ls-tabs a")?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  on("app:announce", (e) => announce(e.detail.text || e.detail.value));
  on("app:close", (e) => {
    close($("ls-dialog"));
    $(e.detail.focus || opener)?.focus();
  });

  // One submit is enough. The server has its own key as well.
  on("submit", (e) => {
    const form = e.target;
    if (form.method === "get" || e.defaultPrevented || "lsAgain" in form.dataset) return;
    if (form.dataset.lsBusy) return e.preventDefault();
    form.dataset.lsBusy = "1";
    e.submitter?.setAttribute("aria-busy", "true");
  });
  const free = (form) => {
    delete form.dataset.lsBusy;
    form.querySelectorAll("[aria-busy]").forEach((b) => b.removeAttribute("aria-busy"));
  };
  addEventListener("pageshow", () => d.querySelectorAll("form[data-ls-busy]").forEach(free));

  // Autosave: says what happened, keeps the text, tries again.
  const waits = new WeakMap();
  const saved = (form, ok) => {
    const line = form.querySelector("[data-ls-saved]");
    const at = new Date().toLocaleTimeString(d.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (line) {
      line.dataset.state = ok ? "saved" : "failed";
      line.textContent = ok ? `${line.dataset.saved} ${at.replace(":", ".")}` : line.dataset.failed;
    }
    const n = ok ? 0 : Math.min((waits.get(form) || 0) + 1, 5);
    waits.set(form, n);
    if (n) setTimeout(() => waits.get(form) === n && form.dispatchEvent(new Event("ls:retry")), 2000 * 2 ** n);
  };
  addEventListener("online", () => d.querySelectorAll("[data-ls-autosave]").forEach((f) => waits.get(f) && f.dispatchEvent(new Event("ls:retry"))));
  on("htmx:afterRequest htmx:after:request", (e) => {
    const x = e.detail.ctx;
    const el = e.detail.elt || x?.sourceElement || e.target;
    const form = el.closest?.("form");
    if (!form) return;
    free(form);
    if ("lsAutosave" in form.dataset && el === form) saved(form, x ? !!x.response?.raw?.ok : e.detail.successful);
  });
  on("htmx:afterSwap htmx:after:swap", (e) => {
    const root = e.detail.target || e.target;
    const dialog = root.closest?.("dialog");
    if (dialog && root.textContent.trim() && !dialog.open) dialog.showModal();
    ready(root);
  });
  on("input change", (e) => e.target.form && shows(e.target.form));
  ready(d);
})();
