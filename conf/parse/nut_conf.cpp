// SPDX-License-Identifier: Apache-2.0
#include "conf/parse/nut_conf.hpp"

#include "conf/parse/values.hpp"
#include "lib/base/file.hpp"
#include "lib/base/text.hpp"

#include <optional>
#include <utility>

namespace ups::conf {
namespace {

bool is_key_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads one value of the shell's grammar from the front of `rest`. `nullopt`: a quote is not closed.
std::optional<std::string> read_value(std::string_view& rest) {
    std::string value;
    char quote = 0;
    for (; !rest.empty(); rest.remove_prefix(1)) {
        const char c = rest.front();
        if (quote == 0 && (is_blank(c) || c == ';')) break;
        if (c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
        } else if (c == '\\' && quote != '\'' && rest.size() > 1) {
            rest.remove_prefix(1);
            value += rest.front();
        } else {
            value += c;
        }
    }
    if (quote != 0) return std::nullopt;
    return value;
}

class NutConfReader {
  public:
    NutConfReader(Loaded<NutConf>& loaded, const std::string& file)
        : loaded_(loaded), place_{file, 0, 0} {}
    void read_line(std::string_view line);

  private:
    void report(Severity severity, std::string text, std::string hint = {}) {
        loaded_.problems.push_back({severity, place_, std::move(text), std::move(hint)});
    }
    void assign(std::string_view key, const std::string& value);

    Loaded<NutConf>& loaded_;
    Place place_;
};

void NutConfReader::assign(std::string_view key, const std::string& value) {
    const Row* row = find_row(File::nut_conf, Section::global, key);
    if (row == nullptr) {
        // Shells read this file, so other variables are nobody's mistake; only slips are noted.
        if (const auto near = nearest_row(File::nut_conf, Section::global, key))
            report(Severity::note, "unknown key \"" + std::string(key) + "\"",
                   "did you mean \"" + std::string(*near) + "\"?");
    } else if (!value.empty()) {
        const auto checked = check_value(*row, value, place_, loaded_.problems);
        if (checked && row->name == "MODE")
            loaded_.value.mode = static_cast<ServiceMode>(checked->choice);
    }
    loaded_.value.values[std::string(key)] = value;
}

void NutConfReader::read_line(std::string_view line) {
    ++place_.line;
    std::string_view rest = trim(line);
    if (rest.empty() || rest.starts_with('#')) return;
    if (rest.starts_with("export ")) rest = trim(rest.substr(7));
    place_.column = static_cast<std::uint32_t>(rest.data() - line.data() + 1);
    std::size_t length = 0;
    while (length < rest.size() && is_key_char(rest[length]))
        ++length;
    const std::string_view key = rest.substr(0, length);
    rest.remove_prefix(length);
    if (key.empty() || !rest.starts_with('='))
        return report(Severity::error, "this line is no KEY=value", "no blanks around =");
    rest.remove_prefix(1);
    const bool blank_value = !rest.empty() && is_blank(rest.front());
    const auto value = read_value(rest);
    if (!value) return report(Severity::error, "this quote is never closed");
    rest = trim(rest);
    const bool more = !rest.empty() && !rest.starts_with('#') && !rest.starts_with(';');
    if (blank_value && more) return report(Severity::error, "blank after =", "no blanks around =");
    if (more) report(Severity::warning, "text after the value", "quote a value with blanks");
    assign(key, *value);
}

}  // namespace

Loaded<NutConf> parse_nut_conf(std::string_view text, const std::string& file) {
    Loaded<NutConf> loaded;
    NutConfReader reader(loaded, file);
    for (const std::string_view line : split_at(text, '\n'))
        reader.read_line(line);
    return loaded;
}

Result<Loaded<NutConf>> load_nut_conf(FileSource& files, const std::string& folder) {
    const std::string path = join_path(folder, "nut.conf");
    UPS_TRY(const FileText file, files.read(path));
    Loaded<NutConf> loaded = parse_nut_conf(file.text, path);
    loaded.files.push_back({path, file.mode});
    return loaded;
}

}  // namespace ups::conf
