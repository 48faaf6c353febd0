"""A small repository in a temporary folder, for the tests of the tools: plant a file, run a tool, read what it says."""
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

LAYERS = """\
# a comment
core/base   :
core/math   : core/base
node/io     : core/base   # one line
apps/lockstep : core/base core/math node/io
"""


class TreeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "tree"
        self.write("tools/layers.txt", LAYERS)
        self.write("core/base/base.h", "#pragma once\n#include <vector>\n")
        self.write("core/math/math.h", '#pragma once\n#include "core/base/base.h"\n')
        self.write("core/math/math.cpp", '#include "core/math/math.h"\n')
        self.write("node/io/io.cpp", '#include <thread>\n#include "core/base/base.h"\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_tool(self, *command):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=self.root)
        return done.returncode, done.stdout + done.stderr

    def passes(self, *command):
        code, output = self.run_tool(*command)
        self.assertEqual(code, 0, output)
        return output

    def refuses(self, wanted, *command):
        """The command fails and says what is wanted."""
        code, output = self.run_tool(*command)
        self.assertNotEqual(code, 0, output)
        self.assertIn(wanted, output)
