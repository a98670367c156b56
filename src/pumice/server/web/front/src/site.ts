import { offerCopies } from "./copies";
import { followLists } from "./lists";
import { showLog } from "./log";
import { offerChecks } from "./submit";
import { offerThemes } from "./themes";
import { tick, tellTimes } from "./times";
import { offerTrying } from "./trying";

offerThemes();
tellTimes(document);
tick();
offerCopies();
offerChecks();
offerTrying();
showLog();
followLists();
