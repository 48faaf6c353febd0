"""The build and the determinism driver refuse what they are there to refuse, in a tree of a few files."""
import shutil
import unittest

from tree import ROOT, TreeTest

REPLAY = '#include <cstdio>\nint value();\nint main(int argc, char** argv) { std::printf("state %d\\n", VALUE + argc); }\n'


class Configure(TreeTest):
    def setUp(self):
        super().setUp()
        shutil.copy(ROOT / "CMakeLists.txt", self.root)
        shutil.copytree(ROOT / "cmake", self.root / "cmake")

    def configure(self):
        return ["cmake", "-S", self.root, "-B", self.root / "build", "-G", "Ninja", "-DCMAKE_CXX_COMPILER=g++"]

    def test_the_table_makes_one_library_a_module(self):
        self.passes(*self.configure())
        output = self.passes("ninja", "-C", self.root / "build", "-t", "targets", "all")
        self.assertIn("libcore_math.a", output)
        self.assertIn("libnode_io.a", output)
        self.assertNotIn("libcore_base.a", output)  # headers only

    def test_a_module_outside_the_table_fails(self):
        self.write("core/extra/extra.cpp", "")
        self.refuses("core/extra is not a module", *self.configure())

    def test_a_table_with_a_cycle_fails(self):
        self.write("tools/layers.txt", "core/base : core/math\ncore/math : core/base\n")
        self.refuses("core/base may include core/math, which is not a module", *self.configure())

    def test_two_fuzz_targets_of_one_name_fail(self):
        self.write("core/math/math_fuzz.cpp", "")
        self.write("node/io/math_fuzz.cpp", "")
        self.refuses("another fuzz target is called math_fuzz", *self.configure())


@unittest.skipUnless(shutil.which("g++") and shutil.which("clang++"), "needs both compilers")
class DeterminismDriver(TreeTest):
    def run_with(self, value):
        driver = self.root / "tests/determinism/run"
        driver.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "tests/determinism/run", driver)
        self.write("tests/determinism/replay.cpp", REPLAY.replace("VALUE", value))
        return driver

    def test_equal_states_pass_and_each_log_is_handed_over(self):
        self.write("tests/determinism/logs/a", "")
        output = self.passes(self.run_with("7"), "quick")
        self.assertRegex(output, r"gcc-O2-x86-64-v2 +state 9\n")  # 7, the program's name and one log
        self.assertRegex(output.splitlines()[-1], r"^\d passed, 0 failed$")

    def test_a_state_that_depends_on_the_compiler_fails(self):
        driver = self.run_with("\n#ifdef __clang__\n1\n#else\n0\n#endif\n")
        self.refuses("DIFFERS", driver, "quick")
        self.refuses("1 failed", driver, "quick")

    def test_a_program_that_does_not_compile_is_shown(self):
        driver = self.run_with("unknown_name")
        self.refuses("unknown_name", driver, "quick")


if __name__ == "__main__":
    unittest.main()
