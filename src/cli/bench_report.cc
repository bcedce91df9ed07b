#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cli/bench_row.h"

namespace litetts::cli {
namespace {

constexpr std::string_view kPage =
#include "bench_report.inc"
    ;

std::string Number(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string Optional(const char* format, const std::optional<double>& value) {
  return value ? Number(format, *value) : "–";
}

// One column of the tables.
struct Column {
  const char* head;
  std::function<std::string(const BenchRow&)> text;
};

std::vector<Column> Columns(const BenchReport& report) {
  std::vector<Column> columns = {
      {"model", [](const BenchRow& row) { return row.model; }},
      {"backend",
       [](const BenchRow& row) {
         return row.backend == "native" ? "native " + row.precision
                                        : "ONNX Runtime " + row.backend_version;
       }},
      {"threads", [](const BenchRow& row) { return std::to_string(row.threads); }},
      {"text", [](const BenchRow& row) { return row.text; }},
      {"voice", [](const BenchRow& row) { return row.voice; }},
      {"audio, s", [](const BenchRow& row) { return Number("%.2f", row.audio_seconds); }},
      {"RTF", [](const BenchRow& row) { return Number("%.3f", row.rtf); }},
      {"cold RTF, stream", [](const BenchRow& row) { return Number("%.3f", row.cold_rtf); }},
      {"first audio p50, s",
       [](const BenchRow& row) { return Number("%.3f", row.first_audio_p50); }},
      {"p95", [](const BenchRow& row) { return Number("%.3f", row.first_audio_p95); }},
      {"p99", [](const BenchRow& row) { return Number("%.3f", row.first_audio_p99); }},
      {"cold", [](const BenchRow& row) { return Number("%.3f", row.cold_first_audio_seconds); }},
      {"cached, ms",
       [](const BenchRow& row) { return Number("%.2f", 1e3 * row.cached_first_audio_p50); }},
      {"CPU s / s", [](const BenchRow& row) { return Number("%.2f", row.cpu_seconds); }},
      {"peak, MB",
       [](const BenchRow& row) {
         return Number("%.0f", 1e-6 * static_cast<double>(row.peak_rss_bytes));
       }},
  };
  const auto has = [&](const auto& member) {
    return std::any_of(report.rows.begin(), report.rows.end(), member);
  };
  if (has([](const BenchRow& row) { return row.joules.has_value(); })) {
    columns.push_back({"J / s", [](const BenchRow& row) { return Optional("%.2f", row.joules); }});
  }
  if (has([](const BenchRow& row) { return row.distance_db.has_value(); })) {
    columns.push_back(
        {"distance, dB", [](const BenchRow& row) { return Optional("%.2f", row.distance_db); }});
    columns.push_back({"length, s", [](const BenchRow& row) {
                         return Optional("%+.3f", row.reference_difference);
                       }});
  }
  return columns;
}

// What was measured on what, in sentences.
std::vector<std::string> Head(const BenchReport& report) {
  std::set<std::string> libraries;
  size_t num_runs = 0;
  bool has_energy = false;
  for (const BenchRow& row : report.rows) {
    if (!row.backend_version.empty()) libraries.insert(row.backend_version);
    num_runs = std::max(num_runs, row.num_runs);
    has_energy = has_energy || row.joules.has_value();
  }
  std::string machine =
      Concat(report.cpu, ", ", report.num_cores, report.num_cores == 1 ? " core" : " cores",
             "; SIMD ", report.simd, "; LiteTTS ", report.version);
  for (const std::string& version : libraries) machine += "; ONNX Runtime " + version;
  std::vector<std::string> sentences = {machine + "; " + report.when + "."};
  sentences.push_back(Concat(
      "Each line is a process of its own: it loads the model, speaks once as a stream (cold: from "
      "the start of the load), ",
      num_runs,
      " times as a stream (percentiles of the first audio by nearest rank), as often as a file "
      "(RTF: seconds of computing for a second of audio, the median), and 20 times from its "
      "caches (cached, never in the RTF)."));
  if (!report.reference.empty()) {
    sentences.push_back(Concat("Distance: log-spectral, to the native backend in 32-bit floats on ",
                               report.reference, "; length: audio beyond that of the reference."));
  }
  if (!has_energy) sentences.push_back("The energy counters of this machine could not be read.");
  return sentences;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// A bar of a chart, with the range around its value.
struct Bar {
  std::string label;
  std::string backend;
  double value = 0.0;
  double least = 0.0;  // equal to `most`: no range
  double most = 0.0;
};

std::string LabelOf(const BenchRow& row) {
  return Concat(row.model,
                row.backend == "native" ? Concat(" · native ", row.precision)
                                        : std::string(" · ONNX Runtime"),
                " · ", row.threads, row.threads == 1 ? " thread" : " threads");
}

constexpr double kWidth = 960.0;
constexpr double kLabelWidth = 360.0;
constexpr double kBarsWidth = kWidth - kLabelWidth - 70.0;

std::string SvgText(double x, double y, std::string_view kind, std::string_view text) {
  return Concat("<text x=\"", Number("%.1f", x), "\" y=\"", Number("%.1f", y), "\" ", kind, ">",
                Escape(text), "</text>");
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view kind) {
  return Concat("<line class=\"", kind, "\" x1=\"", Number("%.1f", x1), "\" y1=\"",
                Number("%.1f", y1), "\" x2=\"", Number("%.1f", x2), "\" y2=\"", Number("%.1f", y2),
                "\"/>");
}

// Horizontal bars, the least value first.
std::string BarChart(std::string_view title, const char* format, std::vector<Bar> bars) {
  std::sort(bars.begin(), bars.end(), [](const Bar& a, const Bar& b) { return a.value < b.value; });
  double most = 1e-9;
  for (const Bar& bar : bars) most = std::max({most, bar.value, bar.most});
  constexpr double kRow = 22.0;
  const double height = kRow * static_cast<double>(bars.size()) + 8.0;
  std::string svg =
      Concat("<svg viewBox=\"0 0 ", Number("%.0f", kWidth), ' ', Number("%.0f", height),
             "\" role=\"img\" aria-label=\"", Escape(title), "\">");
  svg += Line(kLabelWidth, 0, kLabelWidth, height, "axis");
  for (size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    const double y = kRow * static_cast<double>(i) + 4.0;
    const auto at = [&](double value) { return kLabelWidth + kBarsWidth * value / most; };
    svg += SvgText(kLabelWidth - 8, y + 13, "text-anchor=\"end\"", bar.label);
    svg += Concat("<rect class=\"", Escape(bar.backend), "\" x=\"", Number("%.1f", kLabelWidth),
                  "\" y=\"", Number("%.1f", y), "\" width=\"",
                  Number("%.1f", std::max(1.0, at(bar.value) - kLabelWidth)),
                  "\" height=\"17\" rx=\"2\"/>");
    if (bar.most > bar.least) {
      svg += Line(at(bar.least), y + 8.5, at(bar.most), y + 8.5, "whisker");
      svg += Line(at(bar.most), y + 4, at(bar.most), y + 13, "whisker");
    }
    svg += SvgText(at(std::max(bar.value, bar.most)) + 6, y + 13, "", Number(format, bar.value));
  }
  return Concat("<h2>", Escape(title), "</h2>", svg, "</svg>\n");
}

// Distance over speed: the best lies at the lower left.
std::string ScatterChart(std::string_view title, const std::vector<const BenchRow*>& rows) {
  constexpr double kHeight = 340.0, kLeft = 50.0, kBottom = 300.0, kTop = 14.0;
  double most_rtf = 1e-9, most_distance = 1e-9;
  for (const BenchRow* row : rows) {
    most_rtf = std::max(most_rtf, 1.05 * row->rtf);
    most_distance = std::max(most_distance, 1.1 * *row->distance_db);
  }
  const auto x_of = [&](double rtf) { return kLeft + (kWidth - kLeft - 20.0) * rtf / most_rtf; };
  const auto y_of = [&](double distance) {
    return kBottom - (kBottom - kTop) * distance / most_distance;
  };
  std::string svg =
      Concat("<svg viewBox=\"0 0 ", Number("%.0f", kWidth), ' ', Number("%.0f", kHeight),
             "\" role=\"img\" aria-label=\"", Escape(title), "\">");
  svg += Line(kLeft, kBottom, kWidth, kBottom, "axis") + Line(kLeft, kTop, kLeft, kBottom, "axis");
  for (int i = 0; i <= 4; ++i) {
    const double share = i / 4.0;
    svg += SvgText(x_of(most_rtf * share), kBottom + 16, "class=\"soft\" text-anchor=\"middle\"",
                   Number("%.2f", most_rtf * share));
    svg += SvgText(kLeft - 6, y_of(most_distance * share) + 4, "class=\"soft\" text-anchor=\"end\"",
                   Number("%.1f", most_distance * share));
  }
  svg += SvgText(kWidth, kHeight - 6, "class=\"soft\" text-anchor=\"end\"", "RTF");
  svg += SvgText(kLeft + 6, kTop + 2, "class=\"soft\"", "dB");
  for (const BenchRow* row : rows) {
    svg +=
        Concat("<circle class=\"", Escape(row->backend), "\" cx=\"", Number("%.1f", x_of(row->rtf)),
               "\" cy=\"", Number("%.1f", y_of(*row->distance_db)), "\" r=\"5\"><title>",
               Escape(LabelOf(*row)), ": RTF ", Number("%.3f", row->rtf), ", ",
               Number("%.2f", *row->distance_db), " dB</title></circle>");
  }
  return Concat("<h2>", Escape(title), "</h2>", svg, "</svg>\n");
}

std::string Charts(const BenchReport& report) {
  std::vector<std::pair<std::string, std::vector<const BenchRow*>>> groups;
  std::map<std::string, Bar> memory;
  for (const BenchRow& row : report.rows) {
    if (!row.problem.empty()) continue;
    const std::string name = Concat(row.text, ", ", row.voice);
    if (groups.empty() || groups.back().first != name) groups.push_back({name, {}});
    groups.back().second.push_back(&row);
    Bar& bar = memory[LabelOf(row)];
    const double megabytes = 1e-6 * static_cast<double>(row.peak_rss_bytes);
    bar = {LabelOf(row), row.backend, std::max(bar.value, megabytes), 0.0, 0.0};
  }
  std::string out;
  for (const auto& [name, rows] : groups) {
    std::vector<Bar> speed, latency;
    std::vector<const BenchRow*> distances;
    for (const BenchRow* row : rows) {
      speed.push_back({LabelOf(*row), row->backend, row->rtf, row->rtf_least, row->rtf_most});
      latency.push_back({LabelOf(*row), row->backend, row->first_audio_p50, row->first_audio_p50,
                         row->first_audio_p95});
      if (row->distance_db) distances.push_back(row);
    }
    out += BarChart("Real-time factor: " + name, "%.3f", std::move(speed));
    out += BarChart("First audio, seconds, p50 and p95: " + name, "%.3f", std::move(latency));
    if (!distances.empty()) {
      out += ScatterChart("Distance to 32-bit floats over real-time factor: " + name, distances);
    }
  }
  std::vector<Bar> bars;
  for (const auto& [label, bar] : memory) bars.push_back(bar);
  if (!bars.empty()) {
    out += BarChart("Peak memory, MB: the largest over all texts", "%.0f", std::move(bars));
  }
  return out;
}

void Replace(std::string& page, std::string_view mark, std::string_view with) {
  page.replace(page.find(mark), mark.size(), with);
}

}  // namespace

std::string ToMarkdown(const BenchReport& report) {
  std::string out;
  for (const std::string& sentence : Head(report)) out += sentence + "\n";
  out += Concat("Command: `", report.command, "`.\n\n|");
  const std::vector<Column> columns = Columns(report);
  for (const Column& column : columns) out += Concat(" ", column.head, " |");
  out += "\n|";
  for (size_t i = 0; i < columns.size(); ++i) out += " --- |";
  out += "\n";
  for (const BenchRow& row : report.rows) {
    if (!row.problem.empty()) {
      out += Concat("| ", row.model, " | ", row.backend, " | ", row.threads, " | ", row.text, " | ",
                    row.voice, " | ", row.problem, " |\n");
      continue;
    }
    out += "|";
    for (const Column& column : columns) out += Concat(" ", column.text(row), " |");
    out += "\n";
  }
  return out;
}

std::string ToHtml(const BenchReport& report) {
  std::string head;
  for (const std::string& sentence : Head(report))
    head += Concat("<p>", Escape(sentence), "</p>\n");
  head += Concat("<p class=\"soft\"><code>", Escape(report.command), "</code></p>");
  const std::vector<Column> columns = Columns(report);
  std::string table = "<table><thead><tr>";
  for (const Column& column : columns) table += Concat("<th>", column.head, "</th>");
  table += "</tr></thead><tbody>\n";
  for (const BenchRow& row : report.rows) {
    table += "<tr>";
    for (size_t i = 0; i < columns.size(); ++i) {
      if (!row.problem.empty() && i == 5) {
        table += Concat("<td class=\"problem\" colspan=\"", columns.size() - 5, "\">",
                        Escape(row.problem), "</td>");
        break;
      }
      table += Concat("<td>", Escape(columns[i].text(row)), "</td>");
    }
    table += "</tr>\n";
  }
  std::string page(kPage);
  Replace(page, "{{head}}", head);
  Replace(page, "{{charts}}", Charts(report));
  Replace(page, "{{table}}", table + "</tbody></table>");
  return page;
}

}  // namespace litetts::cli
