"""tools/check_purity finds each impurity where it is planted: a word in a source, a symbol or instruction in an object."""
import shutil
import unittest

from tree import ROOT, TreeTest

TOOL = ROOT / "tools/check_purity"

# One line for each row of the tool's table, and the word it must name.
IMPURE_LINES = [
    ("#include <chrono>", "<chrono>"),
    ("auto now = std::chrono::system_clock::now();", "std::chrono"),
    ("#include <random>", "<random>"),
    ("int x = rand();", "rand("),
    ("std::unordered_map<int, int> m;", "unordered_map"),
    ("auto h = std::hash<int>{}(1);", "std::hash"),
    ("auto a = reinterpret_cast<std::uintptr_t>(p);", "uintptr_t"),
    ("float ratio = 0;", "float"),
    ("double ratio = 0;", "double"),
    ("std::thread worker;", "std::thread"),
    ("#include <mutex>", "<mutex>"),
    ("auto sum = std::reduce(v.begin(), v.end());", "std::reduce"),
    ("#include <iostream>", "<iostream>"),
    ('std::fprintf(stderr, "x");', "fprintf"),
    ("auto d = strtod(text, nullptr);", "strtod"),
    ("#include <locale>", "<locale>"),
    ('const char* home = getenv("HOME");', "getenv"),
    ("#include <cmath>", "<cmath>"),
    ("auto y = std::exp(x);", "std::exp"),
    ("auto y = __builtin_log(x);", "__builtin_log"),
    ("#pragma GCC optimize(\"fast-math\")", "#pragma GCC"),
    ('__attribute__((target("avx2"))) void f();', "__attribute__((target"),
    ("const char* built = __DATE__;", "__DATE__"),
    ("throw 1;", "throw"),
]


class CheckPuritySources(TreeTest):
    def test_a_clean_tree_passes(self):
        self.passes(TOOL, "--root", self.root)

    def test_every_row_of_the_table_refuses_its_word_and_names_the_line(self):
        for line, word in IMPURE_LINES:
            with self.subTest(line):
                self.write("core/base/planted.cpp", f"// A file.\n\n{line}\n")
                self.refuses(f"core/base/planted.cpp:3: `{word}", TOOL, "--root", self.root)

    def test_an_inline_reason_exempts_its_line_only(self):
        self.write("core/base/planted.cpp", "float a;  // purity: read from a venue's wire format\n")
        self.passes(TOOL, "--root", self.root)
        self.write("core/base/planted.cpp", "float a;  // purity:\n")
        self.refuses("planted.cpp:1", TOOL, "--root", self.root)
        self.write("core/base/planted.cpp", "float a;  // purity: read from a venue's wire format\nfloat b;\n")
        self.refuses("planted.cpp:2", TOOL, "--root", self.root)

    def test_comments_and_literals_are_not_code(self):
        self.write("core/base/planted.cpp", '// no thread, float or clock\n/* std::thread\n float */ int x;\n'
                   'const char* text = "float /* std::thread";\nint million = 1\'000\'000;\n')
        self.passes(TOOL, "--root", self.root)
        self.write("core/base/planted.cpp", "/* a comment */ float x;\n")
        self.refuses("planted.cpp:1", TOOL, "--root", self.root)

    def test_double_is_at_home_in_mathematics_pricing_and_the_array_builder(self):
        for name in ("core/math/exp.h", "core/pricing/black.cpp", "core/risk/array.cpp"):
            self.write(name, "double x;\n")
        self.passes(TOOL, "--root", self.root)
        self.write("core/risk/statement.cpp", "double x;\n")
        self.refuses("core/risk/statement.cpp:1: `double`", TOOL, "--root", self.root)

    def test_tests_and_node_may_be_impure(self):
        self.write("core/base/base_test.cpp", "#include <random>\nfloat x;\n")
        self.write("node/io/clock.cpp", "#include <chrono>\n")
        self.passes(TOOL, "--root", self.root)


# Code whose source words could hide behind a macro or a header, and what the object gives away.
IMPURE_OBJECTS = [
    ("#include <ctime>\nlong f() { return time(nullptr); }", "needs the symbol `time`"),
    ("#include <cstdlib>\nchar* f() { return getenv(\"A\"); }", "needs the symbol `getenv`"),
    ("#include <cstdlib>\nint f() { return rand(); }", "needs the symbol `rand`"),
    ("#include <cmath>\ndouble f(double x) { return std::exp(x); }", "needs the symbol `exp`"),
    ("#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }", "std::chrono::_V2::steady_clock::now()"),
    ("#include <unordered_map>\nint f(int k) { std::unordered_map<int, int> m; m[k] = 1; return m[3]; }",
     "_Prime_rehash_policy"),
    ("#include <cstdio>\nvoid* f() { return fopen(\"a\", \"r\"); }", "needs the symbol `fopen`"),
    ("#include <pthread.h>\nint f(pthread_mutex_t* m) { return pthread_mutex_lock(m); }", "pthread_mutex_lock"),
    ("void f() { throw 1; }", "needs the symbol `__cxa_throw`"),
    ("static int calls = 0;\nint f() { return ++calls; }", "has a section .bss"),
    ("int level = 3;", "has a section .data"),
    ("int g();\nconst int at_start = g();\nint f() { return at_start; }", "has a section ."),
    ("double f(double a, double b, double c) { return __builtin_fma(a, b, c); }", "f(double, double, double) fuses"),
]


@unittest.skipUnless(shutil.which("g++") and shutil.which("nm"), "needs g++ and binutils")
class CheckPurityObjects(TreeTest):
    def compile(self, text, name="planted.cpp"):
        exceptions = "-fexceptions" if "throw" in text else "-fno-exceptions"
        source = self.write(f"core/base/{name}", text + "\n")
        target = source.with_suffix(".cpp.o")
        self.passes("g++", "-std=c++20", "-O2", "-mfma", "-ffp-contract=off", exceptions, "-c", source, "-o", target)
        return target

    def test_an_object_of_vectors_strings_maps_and_integers_passes(self):
        self.passes(TOOL, self.compile(
            "#include <map>\n#include <string>\n#include <vector>\nnamespace lockstep {\n"
            "static const char* const names[] = {\"a\", \"b\"};\n"
            "std::string f(std::vector<int> v, std::map<int, int> m, __int128 a, __int128 b) {\n"
            "  v.push_back(m[1]); return std::string(names[v.size() % 2]) + names[int(a / b) & 1]; }\n}"))

    def test_every_impure_object_is_refused_with_its_reason(self):
        for text, reason in IMPURE_OBJECTS:
            with self.subTest(reason):
                self.refuses(reason, TOOL, self.compile(text))

    def test_only_the_assertion_may_print(self):
        text = "#include <cstdio>\nnamespace lockstep { void bug() { std::fputs(\"x\", stderr); std::fprintf(stderr, \"%d\", 1); } }"
        self.refuses("needs the symbol `fprintf`", TOOL, self.compile(text))
        text = "#include <cstdio>\nnamespace lockstep { void bug() { std::fprintf(stderr, \"%d\", 1); } }"
        self.passes(TOOL, self.compile(text, "assert.cpp"))

    def test_members_of_an_archive_are_named(self):
        archive = self.root / "libcore_base.a"
        self.passes("ar", "rc", archive, self.compile("int f(int x) { return x + 1; }", "good.cpp"),
                    self.compile("#include <cstdlib>\nint f() { return rand(); }", "bad.cpp"))
        self.refuses("bad.cpp.o needs the symbol `rand`", TOOL, archive)


if __name__ == "__main__":
    unittest.main()
