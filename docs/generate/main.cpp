// SPDX-License-Identifier: Apache-2.0
/// usage: generate variables > docs/variables.md
///        generate man TEMPLATE [PLUGIN.so]
#include "docs/generate/pages.hpp"

#include "lib/base/file.hpp"

#include <cstdio>

namespace {

ups::Result<std::string> page(int argc, char** argv) {
    const std::string_view kind = argc > 1 ? argv[1] : "";
    if (kind == "variables") return ups::docs::variables_page();
    if (kind != "man" || argc < 3)
        return ups::fail(ups::ErrorCode::invalid, "usage: generate variables | man TEMPLATE [PLUGIN.so]");
    UPS_TRY(const std::string text, ups::read_file(argv[2]));
    auto result = ups::docs::manual_page(text, argc > 3 ? argv[3] : "");
    if (!result) return std::unexpected(result.error().within(argv[2]));
    return result;
}

}  // namespace

int main(int argc, char** argv) {
    const auto text = page(argc, argv);
    if (!text) {
        std::fprintf(stderr, "generate: %s\n", text.error().text.c_str());
        return 1;
    }
    return std::fwrite(text->data(), 1, text->size(), stdout) == text->size() && std::fflush(stdout) == 0
               ? 0
               : 1;
}
