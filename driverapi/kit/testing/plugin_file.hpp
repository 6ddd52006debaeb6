// SPDX-License-Identifier: Apache-2.0
/// Loads a built plugin, for tests that go through the file that users get.
#pragma once

#include "upsdrv.h"

#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>

namespace ups::kit::testing {

/// The descriptor of the plugin file at `path`, which stays loaded. Ends the test program if it cannot be
/// loaded: nothing else could be tested.
[[nodiscard]] inline const upsdrv_plugin& load_plugin(const char* path) {
    void* const handle = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const auto* const plugin =
        handle == nullptr ? nullptr
                          : static_cast<const upsdrv_plugin*>(::dlsym(handle, UPSDRV_SYMBOL));
    if (plugin == nullptr) {
        std::fprintf(stderr, "%s: %s\n", path, handle == nullptr ? ::dlerror() : "no descriptor");
        std::exit(1);
    }
    return *plugin;
}

}  // namespace ups::kit::testing
