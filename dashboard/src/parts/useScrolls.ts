import { type RefObject, useEffect, useRef, useState } from "react";

/** What makes an area that is larger than its frame one to be scrolled by keys. */
export function useScrolls(): { ref: RefObject<HTMLDivElement | null>; tabIndex?: 0 } {
  const ref = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const frame = ref.current;
    if (!frame) return;
    const observer = new ResizeObserver(() =>
      setScrolls(
        frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight,
      ),
    );
    for (const one of [frame, ...frame.children]) observer.observe(one);
    return () => observer.disconnect();
  }, []);
  return scrolls ? { ref, tabIndex: 0 } : { ref };
}
