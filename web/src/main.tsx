// Where the page begins: colours, the token of the address, the connection, and the view that the address names.
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/views.css";
import { follow as followOverview } from "./api/overview";
import { connection, takeToken } from "./api/session";
import { App } from "./app";
import { follow as followRoute, parse, route } from "./lib/route";
import { follow as followTheme } from "./lib/theme";

takeToken();
route.value = parse(location.hash);
followTheme();
followRoute();
followOverview();
connection.connect();
render(<App />, document.getElementById("app")!);
