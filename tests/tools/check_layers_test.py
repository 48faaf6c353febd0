"""tools/check_layers refuses each kind of include and of table line that it is there to refuse, and names its place."""
import unittest

from tree import LAYERS, ROOT, TreeTest

TOOL = ROOT / "tools/check_layers"


class CheckLayers(TreeTest):
    def test_a_tree_that_keeps_the_table_passes(self):
        self.passes(TOOL, self.root)

    def test_core_may_not_include_node(self):
        self.write("core/math/math.cpp", '#include "core/math/math.h"\n\n#include "node/io/io.h"\n')
        self.write("node/io/io.h", "")
        self.refuses("core/math/math.cpp:3: core/math may not include node/io", TOOL, self.root)

    def test_a_module_below_may_not_include_one_above(self):
        self.write("core/base/base.h", '#include "core/math/math.h"\n')
        self.refuses("core/base/base.h:1: core/base may not include core/math", TOOL, self.root)

    def test_a_permission_is_not_inherited(self):
        self.write("node/io/io.cpp", '#include "core/math/math.h"\n')
        self.refuses("node/io/io.cpp:1: node/io may not include core/math", TOOL, self.root)

    def test_core_includes_no_library_but_xxhash(self):
        self.write("core/base/hash.cpp", "#include <xxhash.h>\n#include <zstd.h>\n")
        self.refuses("core/base/hash.cpp:2: core/ may include the C++ library and xxhash.h, not <zstd.h>", TOOL, self.root)

    def test_nothing_includes_a_test(self):
        self.write("node/io/io_test.cpp", "")
        self.write("node/io/io.cpp", '#include "node/io/io_test.cpp"\n')
        self.refuses("node/io/io.cpp:1: nothing may include node/io/io_test.cpp", TOOL, self.root)

    def test_a_test_may_include_any_module_but_no_test(self):
        self.write("core/base/base_test.cpp", '#include <gtest/gtest.h>\n#include "core/math/math.h"\n')
        self.write("tests/e2e/run_test.cpp", '#include "core/math/math.h"\n')
        self.passes(TOOL, self.root)
        self.write("core/base/base_test.cpp", '#include "tests/e2e/help.h"\n')
        self.refuses("core/base/base_test.cpp:1: nothing may include tests/e2e/help.h", TOOL, self.root)

    def test_a_module_among_the_tests_obeys_its_line(self):
        self.write("tools/layers.txt",
                   "core/base :\nnode/io : core/base\ntests/conform : core/base\n"
                   "core/math : core/base\napps/lockstep : core/base tests/conform\n")
        self.write("tests/conform/run.h", '#include "core/base/int.h"\n')
        self.write("core/base/int.h", "")
        self.write("node/io/io.h", "")
        self.write("apps/lockstep/conform.cpp", '#include "tests/conform/run.h"\n')
        self.passes(TOOL, self.root)
        self.write("tests/conform/run.cpp", '#include "node/io/io.h"\n')
        self.refuses("tests/conform/run.cpp:1: tests/conform may not include node/io", TOOL, self.root)

    def test_an_include_states_the_path_from_the_root(self):
        self.write("core/math/math.cpp", '#include "math.h"\n')
        self.refuses('core/math/math.cpp:1: no such file from the root of the repository: "math.h"', TOOL, self.root)

    def test_a_folder_outside_the_table_is_named(self):
        self.write("node/extra/extra.cpp", "")
        self.refuses("node/extra/extra.cpp:1: node/extra is not a module", TOOL, self.root)

    def test_the_table_may_hold_no_cycle(self):
        self.write("tools/layers.txt", LAYERS.replace("core/base   :", "core/base   : core/math"))
        self.refuses("tools/layers.txt:2: core/base may include core/math, which is not a module above it", TOOL, self.root)

    def test_the_table_names_a_module_once_and_reads_every_line(self):
        self.write("tools/layers.txt", LAYERS + "core/base :\n")
        self.refuses("tools/layers.txt:6: core/base has a line already", TOOL, self.root)
        self.write("tools/layers.txt", LAYERS + "core/base core/math\n")
        self.refuses("tools/layers.txt:6: expected", TOOL, self.root)


if __name__ == "__main__":
    unittest.main()
