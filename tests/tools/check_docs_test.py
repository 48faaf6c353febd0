"""tools/check_docs finds dead links, folders that do not exist, words of unfinished work and paths of one machine."""
import unittest

from tree import ROOT, TreeTest

TOOL = ROOT / "tools/check_docs"


class CheckDocs(TreeTest):
    def test_prose_that_holds_passes(self):
        self.write("docs/guide.md", "# The guide\n\n## How `it` runs, again\n")
        self.write("README.md", "# Lockstep\n[guide](docs/guide.md#how-it-runs-again) [top](#lockstep) [out](https://x.org)\n"
                   "See `core/base/`, `core/math/math.cpp`, `node/*/io.cpp` and `lockstep run`.\n```\n[x](nowhere.md)\n```\n")
        self.passes(TOOL, self.root)

    def test_a_dead_link(self):
        self.write("README.md", "# A\n\n[guide](docs/guide.md)\n")
        self.refuses("README.md:3: the link `docs/guide.md` leads nowhere", TOOL, self.root)

    def test_a_section_that_is_not_there(self):
        self.write("README.md", "# A\n[here](#b)\n")
        self.refuses("README.md:2: the link `#b` names no heading of README.md", TOOL, self.root)

    def test_a_folder_or_file_that_is_not_there(self):
        self.write("README.md", "See `core/absent/`.\n")
        self.refuses("README.md:1: there is no `core/absent/`", TOOL, self.root)
        self.write("README.md", "See `core/*/absent.cpp`.\n")
        self.refuses("README.md:1: there is no `core/*/absent.cpp`", TOOL, self.root)

    def test_words_of_unfinished_work(self):
        self.write("README.md", "# A\nThis is a Placeholder.\n")
        self.refuses("README.md:2: `Placeholder` is a word of unfinished work", TOOL, self.root)
        self.write("README.md", "# A\n")
        self.write("core/math/math.cpp", "// TO" + "DO: later\n")
        self.refuses("core/math/math.cpp:1: unfinished work without an issue number", TOOL, self.root)
        self.write("core/math/math.cpp", "// TO" + "DO(#12): later\n")
        self.passes(TOOL, self.root)

    def test_a_path_of_this_machine(self):
        self.write("core/math/math.cpp", f"const char* data = \"{self.root}/data\";\n")
        self.refuses("is a path of this machine", TOOL, self.root)


if __name__ == "__main__":
    unittest.main()
