// SPDX-License-Identifier: Apache-2.0
/// `upsdrvctl supervise`: keeps the drivers of ups.conf running.
///
/// SIGHUP reads ups.conf again: drivers that are new start, removed ones stop, changed ones start anew,
/// all others go on; a file with errors changes nothing. SIGTERM and SIGINT stop all drivers, then us.
#pragma once

#include "conf/parse/ups_conf.hpp"
#include "lib/base/notify_socket.hpp"
#include "tools/upsdrvctl/context.hpp"
#include "tools/upsdrvctl/supervised.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ups::upsdrvctl {

class Supervisor {
  public:
    /// `conf` is what `context.conf` refers to: a reload replaces it. References outlive this.
    Supervisor(const Context& context, conf::UpsConf& conf, const NotifySocket& notify);
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Runs until told to stop and all drivers have ended.
    void run();

  private:
    void add(const conf::UpsSection& ups);
    [[nodiscard]] bool is_wanted(const std::string& name) const;
    void reload();
    void apply(conf::UpsConf conf);
    void stop_all();
    void changed();
    void look();
    void start_more();
    void check_starting();
    void report();
    void feed_watchdog();

    const Context& context_;
    conf::UpsConf& conf_;
    const NotifySocket& notify_;
    std::vector<std::unique_ptr<Supervised>> drivers_;
    Timer poll_;  // only while a driver is starting
    Timer watchdog_;
    SignalWatch on_hup_;
    SignalWatch on_term_;
    SignalWatch on_int_;
    std::string reported_;
    bool look_planned_ = false;
    bool ready_ = false;
    bool stopping_ = false;
};

}  // namespace ups::upsdrvctl
