"""tools/test_summary counts every kind of test case, shows what failed, and its exit code agrees with its last line."""
import unittest

from tree import ROOT, TreeTest

TOOL = ROOT / "tools/test_summary"


def junit(*tests):
    body = "".join(f'<testcase name="{name}" status="{status}"><system-out>{output}</system-out></testcase>'
                   for name, status, output in tests)
    return f"<testsuite>{body}</testsuite>"


def gtest(*cases):
    inner = {"passed": "", "failed": '<failure message="no"/>', "skipped": '<skipped message="a.cpp:3&#x0A;no data&#x0A;"/>'}
    body = "".join(f'<testcase classname="Suite" name="C{index}" status="run">{inner[case]}</testcase>'
                   for index, case in enumerate(cases))
    return f"<testsuites><testsuite>{body}</testsuite></testsuites>"


class TestSummary(TreeTest):
    def summary(self, tests, **results):
        self.write("b/junit.xml", junit(*tests))
        for name, cases in results.items():
            self.write(f"b/results/{name}.xml", gtest(*cases))
        code, output = self.run_tool(TOOL, self.root / "b")
        return code, output, output.splitlines()[-1]

    def test_cases_of_all_kinds_add_up(self):
        code, output, last = self.summary(
            [("a", "run", "not the XML: 9 passed, 9 failed"), ("matrix", "run", "x\n4 passed, 0 failed\n"),
             ("python", "run", "...\nRan 3 tests in 0.1s\n\nOK\n"), ("plain", "run", "")],
            a=["passed", "passed", "skipped"])
        self.assertEqual((code, last), (0, "10 passed, 0 failed"))
        self.assertIn("1 skipped: no data (Suite.C2)", output)

    def test_failures_of_all_kinds_are_counted_and_shown(self):
        code, output, last = self.summary(
            [("a", "fail", "what a printed"), ("matrix", "fail", "2 passed, 1 failed"),
             ("python", "fail", "Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)"), ("plain", "fail", "")],
            a=["passed", "failed"])
        self.assertEqual((code, last), (1, "5 passed, 6 failed"))
        self.assertIn("what a printed", output)

    def test_a_crash_after_its_last_case_is_a_failure(self):
        code, _, last = self.summary([("a", "fail", "")], a=["passed"])
        self.assertEqual((code, last), (1, "1 passed, 1 failed"))

    def test_a_program_that_left_no_cases_is_one_failure(self):
        code, _, last = self.summary([("a", "fail", "segmentation fault")])
        self.assertEqual((code, last), (1, "0 passed, 1 failed"))

    def test_nothing_at_all_is_not_success(self):
        self.assertEqual(self.summary([])[0], 1)
        self.assertNotEqual(self.run_tool(TOOL, self.root / "absent")[0], 0)


if __name__ == "__main__":
    unittest.main()
