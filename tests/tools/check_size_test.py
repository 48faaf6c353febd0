"""tools/check_size finds what crosses a limit, at its line, and lets a stated reason pass."""
import unittest

from tree import ROOT, TreeTest

TOOL = ROOT / "tools/check_size"


def function_of(lines, inside="  work();"):
    return "void f(int a,\n       int b) {\n" + (inside + "\n") * (lines - 3) + "}\n"


class CheckSize(TreeTest):
    def test_sizes_at_the_limits_pass(self):
        self.write("core/base/base.h", "#pragma once\n" + "int x;\n" * 199)
        self.write("core/math/math.cpp", "int x;\n" * 500)
        self.write("node/io/io.cpp", function_of(70) + "int " + "x" * 105 + ";\n")
        self.passes(TOOL, self.root)

    def test_a_long_header_and_a_long_source(self):
        self.write("core/base/base.h", "#pragma once\n" + "int x;\n" * 200)
        self.refuses("core/base/base.h:201: 201 lines, and the limit is 200", TOOL, self.root)
        self.write("core/base/base.h", "// size: one list, read from top to bottom\n#pragma once\n" + "int x;\n" * 200)
        self.passes(TOOL, self.root)
        self.write("core/math/math.cpp", "int x;\n" * 501)
        self.refuses("core/math/math.cpp:501: 501 lines, and the limit is 500", TOOL, self.root)

    def test_a_long_function(self):
        self.write("node/io/io.cpp", "namespace a {\n\n" + function_of(71) + "\n}  // namespace a\n")
        self.refuses("node/io/io.cpp:3: a function of 71 lines, and the limit is 70", TOOL, self.root)
        self.write("node/io/io.cpp", function_of(71, "  work();  // size: a ladder of checks"))
        self.passes(TOOL, self.root)

    def test_tests_may_have_long_functions(self):
        self.write("node/io/io_test.cpp", function_of(100))
        self.passes(TOOL, self.root)

    def test_structs_are_not_functions(self):
        self.write("core/math/math.cpp", "struct S {\n" + "  int f();\n" * 100 + "};\n")
        self.passes(TOOL, self.root)

    def test_a_long_line(self):
        self.write("node/io/io.cpp", "\nint " + "x" * 106 + ";\n")
        self.refuses("node/io/io.cpp:2: 111 characters, and the limit is 110", TOOL, self.root)

    def test_a_header_opens_with_pragma_once(self):
        self.write("core/base/base.h", "int x;\n")
        self.refuses("core/base/base.h:1: no #pragma once", TOOL, self.root)


if __name__ == "__main__":
    unittest.main()
