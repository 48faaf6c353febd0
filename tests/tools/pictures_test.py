"""The pictures of the documentation are XML, small, without a machine's paths, and say how they were made."""
import unittest
import xml.etree.ElementTree as ElementTree

from tree import ROOT

SVG = "{http://www.w3.org/2000/svg}"
BYTES_MAX = 40_000
OF_RECORDED_DATA = {"backtest-coverage.svg", "calibration-range.svg", "surface-slices.svg"}


class Pictures(unittest.TestCase):
    def test_every_picture_is_small_and_well_formed(self):
        pictures = sorted((ROOT / "docs").glob("*.svg"))
        self.assertLessEqual(OF_RECORDED_DATA, {picture.name for picture in pictures})
        for picture in pictures:
            with self.subTest(picture.name):
                self.assertEqual(ElementTree.parse(picture).getroot().tag, SVG + "svg")
                self.assertLess(picture.stat().st_size, BYTES_MAX)

    def test_a_picture_of_recorded_data_names_its_command(self):
        for name in sorted(OF_RECORDED_DATA):
            with self.subTest(name):
                text = ElementTree.parse(ROOT / "docs" / name).getroot().findtext(SVG + "desc")
                self.assertRegex(text, r"^Made by: lockstep \w+ --data DIR .*--svg FILE\.")
                self.assertNotRegex(text, r"/\w+/")


if __name__ == "__main__":
    unittest.main()
