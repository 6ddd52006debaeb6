// SPDX-License-Identifier: Apache-2.0
/// Handing a command (`reload` and the like) to a running driver.
#pragma once

#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/dialog.hpp"
#include "tools/upsdrvctl/job.hpp"
#include "tools/upsdrvctl/start_job.hpp"

#include <memory>

namespace ups::upsdrvctl {

/// Ours are asked through their socket. For stock drivers their own program is called with `-c`, which
/// knows how its release is to be told.
class CommandJob final : public Job {
  public:
    CommandJob(const Context& context, const conf::UpsSection& ups);
    void begin() override;

  private:
    void on_talk(const DialogResult& result);
    void call_program();

    const Context& context_;
    const conf::UpsSection& ups_;
    std::unique_ptr<Dialog> dialog_;
    std::unique_ptr<StartJob> call_;
};

}  // namespace ups::upsdrvctl
