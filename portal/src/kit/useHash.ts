import { useEffect, useState } from "react";

// Where the page stands, behind '#': "/topics/clicks" as ["topics", "clicks"].
export type Place = string[];

function placeNow(): Place {
  try {
    return window.location.hash.replace(/^#\/?/, "").split("/").filter((word) => word !== "").map(decodeURIComponent);
  } catch {
    return []; // a broken escape leads home
  }
}

export const linkTo = (...place: Place) => `#/${place.map(encodeURIComponent).join("/")}`;

export function useHash(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const changed = () => setPlace(placeNow());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return place;
}
