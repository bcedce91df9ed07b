"""Requests made from our own /openapi.json by schemathesis, right ones and wrong ones: no answer that is not declared."""
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

from packages import skip, use_packages

use_packages()

from server_process import FAKE_SERVER, Server  # noqa: E402

EXAMPLES = os.environ.get("LITETTS_FUZZ_EXAMPLES", "20")  # for each route


class FuzzRequestsTest(unittest.TestCase):
    def test_declared_answers_only(self):
        with Server(**{"performance.max_text_length": 2000, "server.request_timeout_seconds": 4}) as server:
            result = subprocess.run(
                [Path(sys.executable).with_name("schemathesis"), "run", f"http://127.0.0.1:{server.port}/openapi.json",
                 "--checks", "status_code_conformance,content_type_conformance,response_schema_conformance",
                 "--max-examples", EXAMPLES, "--seed", "1", "--mode", "all", "--generation-database", "none", "--no-color"],
                capture_output=True, text=True, timeout=1200)
            self.assertEqual(result.returncode, 0, result.stdout[-6000:] + result.stderr[-2000:])
            self.assertIsNone(server.process.poll())
            self.assertEqual(server.speak("Still here").status, 200)
            server.wait_for_load("active", 0)
            answers = [line for line in server.lines if " request id=" in line and "route=/health/ready" not in line]
            statuses = {re.search(r" status=(\d+)", line)[1] for line in answers}
            self.assertIn("200", statuses)
            self.assertLessEqual({status for status in statuses if status >= "500"}, {"501"})


if __name__ == "__main__":
    if not os.path.exists(FAKE_SERVER):
        skip("LITETTS_FAKE_SERVER names no program")
    unittest.main()
