/** Puts the console into the page. */
import { h, render } from "preact";
import { App } from "./app.ts";

const place = document.getElementById("page");
if (place !== null) render(h(App, {}), place);
