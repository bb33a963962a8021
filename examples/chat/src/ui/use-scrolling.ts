import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import type { Entry } from '../data/timeline.ts';

/** How near the end counts as the end, in pixels. */
const NEAR = 80;

/**
 * Keeps the end in view while somebody reads there, and otherwise what they read, also when earlier messages are added above.
 *
 * @returns the element that scrolls
 */
export function useScrolling(entries: readonly Entry[]): RefObject<HTMLElement | null> {
  const scroller = useRef<HTMLElement>(null);
  const before = useRef({ isAtEnd: true, firstId: '', height: 0 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const note = () => {
      before.current.isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    };
    const stay = () => {
      if (before.current.isAtEnd) element.scrollTop = element.scrollHeight;
    };
    const resizes = new ResizeObserver(stay);
    resizes.observe(element);
    if (element.firstElementChild) resizes.observe(element.firstElementChild);
    element.addEventListener('scroll', note, { passive: true });
    return () => {
      resizes.disconnect();
      element.removeEventListener('scroll', note);
    };
  }, []);
  const firstId = entries[0]?.id ?? '';
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const { isAtEnd, height, firstId: firstBefore } = before.current;
    // Chromium anchors what is in view by itself, but not at the very top.
    if (!isAtEnd && firstId !== firstBefore && element.scrollTop < NEAR) {
      element.scrollTop += element.scrollHeight - height;
    }
    before.current = { isAtEnd, firstId, height: element.scrollHeight };
  });
  return scroller;
}
