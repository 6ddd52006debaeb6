// SPDX-License-Identifier: Apache-2.0
#include "tools/upsdrvctl/status_job.hpp"

#include <gtest/gtest.h>

namespace ups::upsdrvctl {
namespace {

const std::vector<DriverStatus> kRows = {
    {"rack1", "dummy-ups", Running::running, 123, true, 123, "OL CHRG"},
    {"a-name-longer-than-twenty-columns", "x", Running::stopped, 77, false, std::nullopt, ""},
    {"gone", "usbhid-ups", Running::unknown, std::nullopt, false, std::nullopt, ""},
};

TEST(StatusTable, HasTheColumnsOfTheIncumbent) {
    EXPECT_EQ(status_table(kRows),
              "UPSNAME             \t              UPSDRV\tRUNNING\tPF_PID\tS_RESPONSIVE\tS_PID\tS_STATUS\n"
              "rack1               \t           dummy-ups\tRUNNING\t123\tRESPONSIVE\t123\t\"OL CHRG\"\n"
              "a-name-longer-than-twenty-columns\t                   x\t"
              "STOPPED\t77\tNOT_RESPONSIVE\tN/A\t\"\"\n"
              "gone                \t          usbhid-ups\tN/A\t-1\tNOT_RESPONSIVE\tN/A\t\"\"\n");
}

TEST(StatusTable, AsJsonSaysNullForWhatIsNotKnown) {
    EXPECT_EQ(status_json({kRows[2]}),
              "[\n  {\n    \"ups\": \"gone\",\n    \"driver\": \"usbhid-ups\",\n    \"running\": false,\n"
              "    \"pid\": null,\n    \"responsive\": false,\n    \"socket_pid\": null,\n"
              "    \"status\": \"\"\n  }\n]\n");
}

TEST(StatusTable, ADriverIsWellOnlyIfItRunsAndAnswers) {
    EXPECT_TRUE(kRows[0].is_well());
    EXPECT_FALSE(kRows[1].is_well());
    DriverStatus silent = kRows[0];
    silent.responsive = false;
    EXPECT_FALSE(silent.is_well());
}

}  // namespace
}  // namespace ups::upsdrvctl
