// SPDX-License-Identifier: Apache-2.0
/// What most files include, compiled once for the sanitizer build (tools/dev/test --asan). No file may
/// need this: the ordinary build does without it.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <deque>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
#ifdef GTEST_HAS_PTHREAD
#include <gtest/gtest.h>
#endif
