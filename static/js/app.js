// Starts the design systems' components. Every page works without this file.
import { initAll } from "./govuk/govuk-frontend.min.js";
import { initAll as initCasework } from "./moj/moj-frontend.min.js";

initAll();
initCasework();
