// What axe does not see. One object of functions; each returns a list of sentences, empty when all is well.
(() => {
  const FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
  const name = (el) => {
    const id = el.id ? `#${el.id}` : "";
    const cls = typeof el.className === "string" && el.className ? `.${el.className.trim().split(/\s+/).join(".")}` : "";
    const text = (el.textContent || el.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${el.tagName.toLowerCase()}${id}${cls}> "${text}"`;
  };
  const hiddenFromSight = (el) => {
    for (let at = el; at && at !== document.documentElement; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      if (style.visibility === "hidden" || (style.clipPath.startsWith("inset(50%") && box.width <= 1)) return true;
      if (style.position === "absolute" && box.width <= 1 && box.height <= 1) return true;
    }
    return false;
  };
  const shown = (el) => el.checkVisibility({ contentVisibilityAuto: true }) && !hiddenFromSight(el);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const modal = () => document.querySelector("dialog:modal");
  const inPlay = (el) => !modal() || modal().contains(el);

  // The area one may hit: a box with a label is as large as both together.
  const target = (el) => {
    let box = el.getBoundingClientRect();
    let { left, top, right, bottom } = box;
    for (const label of el.labels || []) {
      if (!["checkbox", "radio"].includes(el.type)) break;
      const after = getComputedStyle(label, "::after");
      const area = after.content !== "none" && after.position === "absolute" ? label.parentElement : label;
      box = area.getBoundingClientRect();
      left = Math.min(left, box.left); top = Math.min(top, box.top);
      right = Math.max(right, box.right); bottom = Math.max(bottom, box.bottom);
    }
    return { width: right - left, height: bottom - top };
  };
  const insideSentence = (el) => {
    if (el.tagName !== "A" || getComputedStyle(el).display !== "inline") return false;
    const around = (el.parentElement.textContent || "").trim().length;
    return around > (el.textContent || "").trim().length;
  };
  const isButton = (el) => el.matches("button, summary, select, .ds-button, input[type=submit], .ls-tel, .ls-stat");

  const targets = () => {
    const phone = innerWidth <= 480;
    const found = [];
    for (const el of all(FOCUSABLE)) {
      if (!inPlay(el) || !shown(el) || el.disabled || insideSentence(el) || el.matches(".ds-skip-link, [role=region]")) continue;
      const { width, height } = target(el);
      const least = phone && isButton(el) ? 44 : 24;
      if (width < least - 0.5 || height < least - 0.5)
        found.push(`target ${Math.round(width)}×${Math.round(height)} px, at least ${least}: ${name(el)}`);
    }
    return found;
  };

  const overflow = () => {
    const page = document.scrollingElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const out = all("body *").filter((el) => {
      const box = el.getBoundingClientRect();
      if (box.width === 0 || box.right <= page.clientWidth + 1) return false;
      for (let at = el.parentElement; at; at = at.parentElement)
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX) && at !== page && at !== document.body) return false;
      return true;
    });
    return [`${page.scrollWidth} px wide in a window of ${page.clientWidth}: ${out.slice(-3).map(name).join(", ")}`];
  };

  const cutOff = () =>
    all("body *").filter((el) => {
      if (!inPlay(el) || !shown(el)) return false;
      const style = getComputedStyle(el);
      const clips = (axis) => ["hidden", "clip"].includes(axis);
      const own = [...el.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own || el.matches("input, textarea, select, option")) return false;
      return (clips(style.overflowY) && el.scrollHeight > el.clientHeight + 1) || (clips(style.overflowX) && el.scrollWidth > el.clientWidth + 1);
    }).map((el) => `text cut off: ${name(el)}`);

  // Reading order is the order of the document: nothing moves a later sibling in front of an earlier one.
  const speaks = (el) => shown(el) && !el.closest("[aria-hidden=true]") && (el.textContent.trim() || el.matches(FOCUSABLE) || el.querySelector(FOCUSABLE));
  const order = () => {
    const found = [];
    for (const el of all("body *")) {
      const style = getComputedStyle(el);
      if (style.order !== "0" && style.display !== "none") found.push(`moved by CSS order: ${name(el)}`);
      if (/reverse/.test(`${style.flexDirection} ${style.flexWrap}`) && /flex/.test(style.display)) found.push(`reversed: ${name(el)}`);
      if (Number(el.getAttribute("tabindex")) > 0) found.push(`positive tabindex: ${name(el)}`);
      if (!/flex|grid/.test(style.display)) continue;
      const children = flat(el).filter((child) => getComputedStyle(child).position !== "absolute" && speaks(child));
      for (let n = 1; n < children.length; n++) {
        const [a, b] = [children[n - 1].getBoundingClientRect(), children[n].getBoundingClientRect()];
        const sameLine = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > Math.min(a.height, b.height) / 2;
        if (b.bottom <= a.top + 1 && b.left <= a.right || (sameLine && b.right <= a.left + 1))
          found.push(`stands before what precedes it in the document: ${name(children[n])}`);
      }
    }
    return found;
  };
  const flat = (el) => [...el.children].flatMap((child) => {
    if (getComputedStyle(child).display === "contents") return flat(child);
    return [child];
  });

  // Whether nothing that can be reached by Tab stands after the element.
  const isLastStop = (el) =>
    ![...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].some((other) =>
      el.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING &&
      other.tabIndex >= 0 && !other.disabled && other.type !== "hidden" && other.checkVisibility());

  // One step of the walk through the page by Tab; null when the walk has left the page.
  const step = () => {
    const el = document.activeElement;
    if (!el || el === document.body || el === document.documentElement) return null;
    const faults = [];
    const box = el.getBoundingClientRect();
    const label = ["checkbox", "radio"].includes(el.type) ? el.labels?.[0] : null;
    const seen = label ? [box, label.getBoundingClientRect()] : [box];
    const inView = seen.some((b) => b.width > 0 && b.height > 0 && b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth);
    if (!inView) faults.push(`focus out of view: ${name(el)}`);
    else {
      const at = (across) => document.elementFromPoint(
        Math.min(Math.max(box.left + box.width * across, 1), innerWidth - 2),
        Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 1), innerHeight - 2));
      const related = (other) => other && (el.contains(other) || other.contains(el) || [...(el.labels || [])].some((l) => l.contains(other) || other.contains(l)));
      if (![0.5, 0.2, 0.8].some((across) => related(at(across)))) faults.push(`focus hidden behind ${name(at(0.5) || document.body)}: ${name(el)}`);
    }
    const outlined = (at) => at && getComputedStyle(at).outlineStyle !== "none" && parseFloat(getComputedStyle(at).outlineWidth) >= 2;
    if (![el, el.parentElement, el.closest(".ds-field"), label].some(outlined)) faults.push(`focus without an outline of 2 px: ${name(el)}`);
    const before = window.lsWalked;
    window.lsWalked = el;
    if (before?.isConnected && !(before.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING)) {
      const sameGroup = before.type === "radio" && before.name === el.name;
      if (before === el || sameGroup) return { faults, name: name(el) };
      if (modal() || isLastStop(before)) return null; // round the end: the browser may begin again without leaving the page
      faults.push(`focus goes back in the document: ${name(el)}`);
    }
    return { faults, name: name(el) };
  };

  const words = () => {
    const found = [];
    if (!document.title.replace(/^\s*–.*$/, "").trim()) found.push("the page has no title");
    if (document.querySelectorAll("h1").length !== 1) found.push(`${document.querySelectorAll("h1").length} first-level headings`);
    if (!document.documentElement.lang) found.push("the page does not say its language");
    return found;
  };

  // WCAG 1.4.12. A constructed sheet passes the content security policy, a style element does not.
  const spacing = new CSSStyleSheet();
  spacing.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  const space = (on) => { document.adoptedStyleSheets = on ? [spacing] : []; };

  window.lsQuality = { targets, overflow, cutOff, order, step, words, space, start: () => { window.lsWalked = null; document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); scrollTo(0, 0); } };
})();
