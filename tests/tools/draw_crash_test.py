"""tools/draw_crash draws the summaries of a run and nothing else, and says what it wants when there are none."""
import json
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from tree import ROOT

SVG = "{http://www.w3.org/2000/svg}"


def summary(hour, price, call, bankrupt):
    accounts = {"normal": 10 - call - bankrupt, "warning": 0, "call": call, "reduce_only": 0, "liquidation": 0,
                "bankrupt": bankrupt, "unjudged": 0}
    return json.dumps({"kind": "summary", "time": f"2025-10-10 {hour:02}:00:00", "index": "BTC", "index_price": str(price),
                       "accounts": accounts})


def draw(*lines):
    return subprocess.run([ROOT / "tools/draw_crash"], input="\n".join(lines), capture_output=True, text=True)


class DrawCrash(unittest.TestCase):
    def test_the_picture_shows_how_many_accounts_and_both_ends_of_the_price(self):
        done = draw('{"kind": "total"}', summary(0, 120000, 0, 0), summary(6, 105000, 4, 1))
        self.assertEqual(done.returncode, 0, done.stderr)
        texts = [text.text for text in ElementTree.fromstring(done.stdout).iter(SVG + "text")]
        self.assertIn("One log, 10 accounts, 2025-10-10 00:00 to 10-10 06:00 UTC", texts)
        self.assertIn("120,000", texts)
        self.assertIn("105,000", texts)

    def test_a_run_without_summaries_is_refused_with_what_to_pipe(self):
        done = draw('{"kind": "total"}')
        self.assertEqual(done.returncode, 1)
        self.assertIn("pipe `lockstep run --once --json` into it", done.stderr)


if __name__ == "__main__":
    unittest.main()
