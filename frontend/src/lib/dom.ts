/** The first element that a `<template>` holds, as a new copy. */
export function stamp<E extends Element = HTMLElement>(template: HTMLTemplateElement): E {
  return template.content.firstElementChild?.cloneNode(true) as E;
}

/** Runs `work` after `pause` ms without another call. */
export function afterPause<A extends unknown[]>(
  pause: number,
  work: (...args: A) => void,
): (...args: A) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), pause);
  };
}
