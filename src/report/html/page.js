"use strict";
// Narrows the list of findings; without it everything is shown. A place is what is filtered and counted.
(() => {
  const form = document.getElementById("filters");
  const count = document.getElementById("count");
  if (!form || !count) return;
  const fields = ["text", "kind", "node", "rule", "owner"];
  const words = (element) => (element ? element.textContent.toLowerCase() : "");
  const cards = [...document.querySelectorAll(".card")].map((card) => ({
    card,
    data: card.dataset,
    text: words(card.querySelector("header")) + " " + words(card.querySelector(".mend")) + " " + words(card.querySelector(".waiver")),
    occurrences: [...card.querySelectorAll(".occurrence")].map((occurrence) => ({
      occurrence,
      text: words(occurrence.querySelector(".seen")),
      places: [...occurrence.querySelectorAll(".place")].map((place) => ({
        place, text: words(place), node: place.dataset.node, count: Number(place.dataset.count),
      })),
    })),
  }));
  const parts = [...document.querySelectorAll(".part")];
  const total = Number(count.dataset.total);
  const everything = count.textContent;
  const show = (element, visible) => { if (element.hidden === visible) element.hidden = !visible; };

  function chosen() {
    return Object.fromEntries(fields.map((name) => [name, form.elements[name].value.trim()]));
  }

  function apply() {
    const wanted = chosen();
    const search = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { card, data, text, occurrences } of cards) {
      const matches = ["kind", "rule", "owner"].every((name) => !wanted[name] || data[name] === wanted[name]);
      let inCard = 0;
      for (const one of occurrences) {
        let inOccurrence = 0;
        for (const place of one.places) {
          const all = () => `${text} ${one.text} ${place.text}`;
          const visible = matches && (!wanted.node || place.node === wanted.node)
            && (!search.length || ((whole) => search.every((word) => whole.includes(word)))(all()));
          show(place.place, visible);
          if (visible) inOccurrence += place.count;
        }
        show(one.occurrence, inOccurrence > 0);
        inCard += inOccurrence;
      }
      show(card, inCard > 0);
      shown += inCard;
    }
    for (const part of parts) show(part, Boolean(part.querySelector(".card:not([hidden])")));
    tell(wanted, shown);
  }

  function tell(wanted, shown) {
    const active = fields.filter((name) => wanted[name]);
    const by = active.map((name) => `${name === "text" ? "search" : name === "kind" ? "severity" : name} ${wanted[name]}`).join(", ");
    count.textContent = active.length ? `${shown} of ${total} shown, filtered by ${by}` : everything;
    const hash = active.map((name) => `${name}=${encodeURIComponent(wanted[name])}`).join("&");
    const now = location.hash.startsWith("#filter?");
    if (hash) history.replaceState(null, "", "#filter?" + hash);
    else if (now) history.replaceState(null, "", "#findings");
  }

  // A link to a finding must find it; a link with filters sets them.
  function follow() {
    if (location.hash.startsWith("#filter?")) {
      form.reset();
      for (const [name, value] of new URLSearchParams(location.hash.slice(8))) {
        if (fields.includes(name)) form.elements[name].value = value;
      }
      apply();
      return;
    }
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.hidden) {
      form.reset();
      apply();
      target.scrollIntoView();
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-filter-node], [data-filter-kind]");
    if (!link) return;
    event.preventDefault();
    form.reset();
    const { filterNode, filterKind } = link.dataset;
    if (filterNode) form.elements.node.value = filterNode;
    if (filterKind) form.elements.kind.value = filterKind;
    apply();
    document.getElementById("findings").scrollIntoView();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      form.elements.text.focus();
    }
    if (event.key === "Escape" && typing && form.contains(event.target)) {
      form.reset();
      apply();
    }
  });
  // Paper has everything, in browsers too that do not print what is folded away.
  const folded = () => document.querySelectorAll("details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
  form.addEventListener("reset", () => { setTimeout(apply, 0); });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  addEventListener("hashchange", follow);
  form.hidden = false;
  follow();
})();
