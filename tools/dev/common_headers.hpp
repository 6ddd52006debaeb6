// SPDX-License-Identifier: Apache-2.0
/// What most files include, compiled once for the builds of tools/dev/test. No file may need this: other
/// builds do without it.

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
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/core.h>
#ifdef GTEST_HAS_PTHREAD
#include <gtest/gtest.h>
#endif
