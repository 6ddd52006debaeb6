// SPDX-License-Identifier: Apache-2.0
/// The built plugin file, as the driver host loads it.
#pragma once

#include "upsdrv.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace ups::kit::testing {

/// The descriptor of the plugin in `file`; stays loaded until the process ends. A file that cannot be
/// loaded ends the process: no test of it can mean anything.
[[nodiscard]] inline const upsdrv_plugin& loaded_plugin(const char* file) {
    void* const module = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    const void* const symbol = module == nullptr ? nullptr : dlsym(module, UPSDRV_SYMBOL);
    if (symbol == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        std::exit(1);
    }
    return *static_cast<const upsdrv_plugin*>(symbol);
}

}  // namespace ups::kit::testing
