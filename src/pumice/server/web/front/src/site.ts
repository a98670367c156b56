import { offerThemes } from "./themes";

offerThemes();
