"""The checks of tools/ must find a planted violation and pass without it."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2] / "tools"


class CheckTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("src/base/status.h", "#pragma once\n#include <string>\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, tool):
        run = subprocess.run([sys.executable, TOOLS / tool, self.root], capture_output=True, text=True)
        return run.returncode, run.stdout

    def assert_finds(self, tool, finding):
        code, output = self.check(tool)
        self.assertEqual(code, 1, output)
        self.assertIn(finding, output)

    def assert_clean(self, tool):
        code, output = self.check(tool)
        self.assertEqual((code, output if code else ""), (0, ""))


class LayersTest(CheckTest):
    def setUp(self):
        super().setUp()
        self.write("src/dsp/fft.h", '#pragma once\n#include "base/status.h"\n')
        self.write("src/dsp/CMakeLists.txt", "litetts_library(dsp\n  HDRS fft.h\n  DEPS litetts::base)\n")
        self.write("src/kernels/conv.h", '#pragma once\n#include "base/status.h"\n')
        self.write("src/model/kokoro.cc", '#include "dsp/fft.h"\n#include "kernels/conv.h"\n#include <hwy/highway.h>\n')
        self.write("src/model/CMakeLists.txt",
                   "litetts_library(model\n  SRCS kokoro.cc TESTS a_test\n  DEPS litetts::kernels litetts::dsp)\n")

    def test_layers_in_order_pass(self):
        self.assert_clean("check_layers")

    def test_include_upwards(self):
        self.write("src/kernels/conv.h", '#pragma once\n#include "model/kokoro.h"\n')
        self.assert_finds("check_layers", "src/kernels/conv.h:2: kernels may not include model")

    def test_include_sideways(self):
        self.write("src/dsp/fft.h", '#include "kernels/conv.h"\n')
        self.assert_finds("check_layers", "src/dsp/fft.h:1: dsp may not include kernels")

    def test_text_sees_the_vocabulary_only(self):
        self.write("src/text/frontend.h", '#include "model/vocabulary.h"\n')
        self.assert_clean("check_layers")
        self.write("src/text/frontend.h", '#include "model/kokoro.h"\n')
        self.assert_finds("check_layers", "src/text/frontend.h:1: text may include only model/tensor_file.h")

    def test_link_without_include_and_include_without_link(self):
        self.write("src/model/kokoro.cc", '#include "dsp/fft.h"\n')
        self.assert_finds("check_layers", "links litetts::kernels but includes nothing of it")
        self.write("src/model/kokoro.cc", '#include "dsp/fft.h"\n#include "kernels/conv.h"\n')
        self.write("src/model/CMakeLists.txt", "litetts_library(model\n  SRCS kokoro.cc\n  DEPS litetts::dsp)\n")
        self.assert_finds("check_layers", "does not link litetts::kernels")
        self.write("src/model/CMakeLists.txt", "set(needs litetts::dsp)\nlist(APPEND needs litetts::kernels)\n"
                   "litetts_library(model\n  SRCS kokoro.cc\n  DEPS ${needs})\n")
        self.assert_clean("check_layers")

    def test_link_upwards(self):
        self.write("src/dsp/CMakeLists.txt", "litetts_library(dsp DEPS litetts::model)\n")
        self.assert_finds("check_layers", "dsp may not link litetts::model")

    def test_wrapped_type_in_a_header(self):
        self.write("src/model/kokoro.h", "#include <hwy/highway.h>\n")
        self.assert_finds("check_layers", "src/model/kokoro.h:1: <hwy/...> types may not appear")

    def test_path_not_from_src(self):
        self.write("src/dsp/window.cc", '#include "fft.h"\n')
        self.assert_finds("check_layers", 'src/dsp/window.cc:1: write the path from src/: "dsp/fft.h"')

    def test_unknown_folder_and_empty_name(self):
        self.write("src/stuff/a.h", "")
        self.assert_finds("check_layers", "src/stuff:1: no such layer")
        self.write("src/dsp/utils.h", "")
        self.assert_finds("check_layers", "src/dsp/utils.h:1: name it after what it does")


class WordsTest(CheckTest):
    def test_ordinary_text_passes(self):
        self.write("README.md", "pip and npm fetch the packages; results go to build/work/x and ~/.cache.\n")
        self.assert_clean("check_words")

    def test_each_rule(self):
        for text, what in [("get it from py" "pi.org now", "registry"), ("deb.deb" "ian.org", "registry"),
                           ("see /ro" "ot/x", "folder of one machine"), ("'/wo" "rk/main/a'", "one machine"),
                           ("// TO" "DO later", "issue number"), ("<<<<<<" "< HEAD", "merge marker")]:
            with self.subTest(text):
                self.write("docs/a.md", text + "\n")
                self.assert_finds("check_words", what)

    def test_todo_with_an_issue_passes(self):
        self.write("src/base/a.cc", "// TO" "DO(#7): unload when idle\n")
        self.assert_clean("check_words")

    def test_long_file(self):
        self.write("src/base/a.cc", "\n" * 601)
        self.assert_finds("check_words", "longer than 600 lines")


class DocsTest(CheckTest):
    def test_good_document_passes(self):
        self.write("README.md", "[status](src/base/status.h)\n```json\n{\"a\": 1}\n```\n")
        self.assert_clean("check_docs.py")

    def test_broken_link_json_and_fence(self):
        self.write("README.md", "[gone](docs/gone.md)\n")
        self.assert_finds("check_docs.py", "README.md:1: links to docs/gone.md")
        self.write("README.md", "```json\n{\"a\": }\n```\n")
        self.assert_finds("check_docs.py", "README.md:1: not JSON")
        self.write("README.md", "```sh\n")
        self.assert_finds("check_docs.py", "README.md:1: the fenced block never ends")

    def test_commands_are_run(self):
        self.write("litetts", "")
        command = [sys.executable, TOOLS / "check_docs.py", "--run", self.root / "litetts", self.root]
        self.write("README.md", "```sh run\ntrue\n```\n")
        self.assertEqual(subprocess.run(command, capture_output=True).returncode, 0)
        self.write("README.md", "```sh run\nfalse | true\n```\n")
        run = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("README.md:1: exit code 1", run.stdout)


if __name__ == "__main__":
    unittest.main()
