/* The combinations of ink and ground on a page: all that the contrast of a text depends on.
   tints(seen) maps each one that is not among those seen to the first element that shows it. */
const tints = seen => {
  const styles = new Map(), grounds = new Map(), fresh = new Map();
  const styleOf = one => styles.get(one) || styles.set(one, getComputedStyle(one)).get(one);
  const layer = one => {
    const {backgroundColor, backgroundImage, opacity, filter} = styleOf(one);
    const clear = backgroundColor === "rgba(0, 0, 0, 0)" || backgroundColor === "transparent";
    const plain = backgroundImage === "none" && opacity === "1" && filter === "none";
    const solid = plain && backgroundColor.startsWith("rgb(");
    return [clear && plain ? "" : [backgroundColor, backgroundImage, opacity, filter].join(), solid];
  };
  const ground = one => {
    if (!one) return "";
    if (!grounds.has(one)) {
      const [own, solid] = layer(one);
      grounds.set(one, own + (solid ? "" : (own && ">") + ground(one.parentElement)));
    }
    return grounds.get(one);
  };
  const meet = one => {
    if (!one.checkVisibility({visibilityProperty: true})) return;
    const {color, fontSize, fontWeight, textShadow, position} = styleOf(one);
    const lifted = position === "static" ? "" : position + one.className;
    const disabled = one.closest("[disabled], [aria-disabled=true]") ? "disabled" : "";
    const key = [color, fontSize, fontWeight, textShadow, lifted, disabled, ground(one)].join("|");
    if (!seen.has(key) && !fresh.has(key)) fresh.set(key, one);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (texts.currentNode.data.trim()) meet(texts.currentNode.parentElement);
  }
  document.querySelectorAll("input:not([type=hidden]), textarea, select, meter").forEach(meet);
  return fresh;
};
