"""`litetts doctor` and /diagnostics/hardware on this machine."""
import unittest

import program
from server_process import RealServer


def by_name(report):
    return {finding["name"]: finding for finding in report["findings"]}


class DoctorTest(unittest.TestCase):
    def test_every_kernel_on_every_target(self):
        report = program.run_json("doctor")
        findings = by_name(report)
        for name in ("instructions", "cores", "affinity", "cgroup quota", "governor", "memory", "memory bandwidth",
                     "model in page cache", "memory lock limit", "disk"):
            self.assertIn(name, findings)
        targets = {check["target"] for check in report["kernels"]}
        self.assertEqual({f"kernels on {target}" for target in targets}, {name for name in findings if name.startswith("kernels on")})
        for check in report["kernels"]:
            self.assertTrue(check["ok"], check)
            self.assertGreater(check["snr_db"], check["least_db"])

    def test_the_cap_counts(self):
        report = program.run_json("doctor", env={"LITETTS_SIMD": "baseline"})
        self.assertEqual(len({check["target"] for check in report["kernels"]}), 1)

    def test_one_line_each(self):
        text = program.run("doctor").stdout.decode()
        self.assertRegex(text, r"(?m)^ok    kernels on \w+ +\d+ agree with their definitions")
        for line in text.splitlines():
            self.assertRegex(line, r"^(ok    |warn  |      )")

    def test_a_missing_model_is_a_warning(self):
        finding = by_name(program.run_json("doctor", "--set", "model.path=/nonexistent"))["model"]
        self.assertFalse(finding["ok"])
        self.assertIn("quickstart", finding["advice"])

    def test_the_route_says_the_same(self):
        with RealServer() as server:
            names = set(by_name(server.request("GET", "/diagnostics/hardware").json()))
            self.assertLess(names, set(by_name(program.run_json("doctor"))))
            self.assertEqual(server.request("GET", "/health").json()["alerts"], [])


if __name__ == "__main__":
    program.main()
