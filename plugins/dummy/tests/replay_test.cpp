// SPDX-License-Identifier: Apache-2.0
#include "dummy_plugin.hpp"

#include <gtest/gtest.h>

namespace ups::dummy::testing {
namespace {

TEST(Replay, TakesItsModeFromTheNameOfTheFile) {
    EXPECT_EQ(Playing("", "a.dev").value("driver.parameter.mode"), "dummy-once");
    EXPECT_EQ(Playing("", "a.seq").value("driver.parameter.mode"), "dummy-loop");
    EXPECT_EQ(Playing("", "whatever").value("driver.parameter.mode"), "dummy-loop");
}

TEST(Replay, ObeysTheConfiguredMode) {
    EXPECT_EQ(Playing("", "a.dev", {{"mode", "dummy"}}).value("driver.parameter.mode"),
              "dummy-loop");
    EXPECT_EQ(Playing("", "a.seq", {{"mode", "dummy-once"}}).value("driver.parameter.mode"),
              "dummy-once");
}

TEST(Replay, EndsTheDriverWhenTheFileIsMissing) {
    FakeHost host;
    host.port = "none.dev";
    Session session(plugin(), host);
    EXPECT_EQ(session.open(), UPSDRV_E_FATAL);
    EXPECT_TRUE(host.logged("none.dev"));
}

TEST(Replay, NamesADeviceThatTheFileDoesNotName) {
    Playing playing("battery.charge: 5\n");
    EXPECT_EQ(playing.value("ups.mfr"), "Dummy Manufacturer");
    EXPECT_EQ(playing.value("ups.model"), "Dummy UPS");
    EXPECT_EQ(playing.value("ups.status"), "");
    EXPECT_EQ(Playing("device.mfr: Own\n").value("ups.mfr"), "(absent)");
}

TEST(Replay, ReadsAChangedFileAgain) {
    Playing playing("ups.status: OL\nups.load: 10\n");
    ASSERT_EQ(playing.session->set("ups.load", "44"), UPSDRV_OK);
    playing.wait_ms(2000);
    EXPECT_EQ(playing.value("ups.load"), "44") << "an unchanged file is not read again";
    playing.write("ups.status: OB\nups.load: 11\n");
    playing.wait_ms(2000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
    EXPECT_EQ(playing.value("ups.load"), "11");
}

TEST(Replay, IsStaleWhileTheFileIsGone) {
    Playing playing("ups.status: OL\n");
    playing.host.files.clear();
    playing.wait_ms(2000);
    EXPECT_EQ(playing.polled, UPSDRV_E_FAILED);
    playing.wait_ms(2000);
    EXPECT_EQ(playing.polled, UPSDRV_E_FAILED);
    playing.write("ups.status: OB\n");
    playing.wait_ms(2000);
    EXPECT_EQ(playing.polled, UPSDRV_OK);
    EXPECT_EQ(playing.value("ups.status"), "OB");
}

constexpr const char* kSequence = "ups.status: OL\nTIMER 5\nups.status: OB\nTIMER 5\n";

TEST(Replay, AsksToBePolledExactlyWhenATimerEnds) {
    Playing playing(kSequence, "a.seq");
    EXPECT_EQ(playing.value("ups.status"), "OL");
    EXPECT_EQ(playing.host.next_poll_ms, playing.host.now_ms + 5000);
    playing.wait_ms(2000);
    EXPECT_EQ(playing.value("ups.status"), "OL");
    EXPECT_EQ(playing.host.next_poll_ms, playing.host.now_ms + 3000);
    playing.wait_ms(3000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
}

TEST(Replay, StartsASequenceOverAfterAPause) {
    Playing playing(kSequence, "a.seq");
    playing.wait_ms(5000);
    playing.wait_ms(5000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
    EXPECT_EQ(playing.host.next_poll_ms, playing.host.now_ms + 1000);
    playing.wait_ms(1000);
    EXPECT_EQ(playing.value("ups.status"), "OL");
    playing.wait_ms(5000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
}

TEST(Replay, ShowsAChangedSequenceInTheNextRound) {
    Playing playing("ups.status: OL\nTIMER 5\n", "a.seq");
    playing.write("ups.status: OB\nTIMER 5\n");
    playing.wait_ms(4000);
    EXPECT_EQ(playing.value("ups.status"), "OL");
    playing.wait_ms(1000);
    playing.wait_ms(1000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
}

TEST(Replay, ForgetsWhatWasSetWhenASequenceStartsOver) {
    Playing playing("ups.load: 10\n", "a.seq");
    ASSERT_EQ(playing.session->set("ups.load", "99"), UPSDRV_OK);
    playing.wait_ms(500);
    EXPECT_EQ(playing.value("ups.load"), "99");
    playing.wait_ms(500);
    EXPECT_EQ(playing.value("ups.load"), "10");
}

TEST(Replay, PausesAlsoInAFileThatIsPlayedOnce) {
    Playing playing("ups.status: OL\nTIMER 3\nups.status: OB\n");
    EXPECT_EQ(playing.value("ups.status"), "OL");
    playing.wait_ms(3000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
    playing.wait_ms(60'000);
    EXPECT_EQ(playing.value("ups.status"), "OB");
    EXPECT_EQ(playing.host.next_poll_ms, std::nullopt);
}

TEST(Replay, PutsAlarmFirstInTheStatus) {
    Playing playing("ups.status: OL\nALARM Fan stopped\nTIMER 1\nALARM\nTIMER 9\n", "a.seq");
    EXPECT_EQ(playing.value("ups.status"), "ALARM OL");
    EXPECT_EQ(playing.value("ups.alarm"), "Fan stopped");
    playing.wait_ms(1000);
    EXPECT_EQ(playing.value("ups.status"), "OL");
    EXPECT_EQ(playing.value("ups.alarm"), "(absent)");
}

TEST(Replay, LeavesTheStatusToTheHostForItsLowBatteryRules) {
    Playing playing("ups.status: OB LB\nALARM Hot\n", "a.dev", {{"ignorelb", ""}});
    EXPECT_EQ(playing.host.status, "OB LB");
    EXPECT_EQ(playing.host.alarm, "Hot");
}

TEST(Replay, KeepsAnEmptyValueButWithdrawsOneThatBecameEmpty) {
    Playing playing("ups.serial:\nups.alarm: Hot\nTIMER 1\nups.serial:\nups.alarm:\nTIMER 9\n",
                    "a.seq");
    EXPECT_EQ(playing.value("ups.serial"), "");
    EXPECT_EQ(playing.value("ups.alarm"), "Hot");
    playing.wait_ms(1000);
    EXPECT_EQ(playing.value("ups.serial"), "");
    EXPECT_EQ(playing.value("ups.alarm"), "(absent)");
}

TEST(Replay, MakesEverythingWritableWithStockTypes) {
    Playing playing("ups.load: 3\nups.id: me\nfoo.bar: x\n");
    const auto& vars = playing.host.vars;
    EXPECT_EQ(vars.at("ups.load").flags, UPSDRV_VAR_RW);
    EXPECT_EQ(vars.at("ups.id").flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(vars.at("ups.id").max_length, 16u);
    EXPECT_EQ(vars.at("foo.bar").max_length, 32u);
    EXPECT_EQ(vars.at("ups.status").flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(playing.host.commands, std::set<std::string>{"load.off"});
}

constexpr const char* kAnnotated = "ups.load: 3\nups.id: me\noutput.voltage.nominal: 230\n"
                                   "input.transfer.low: 190\nups.beeper.status: enabled\n"
                                   "#RW:ups.id:STRING:10\n"
                                   "#RW:output.voltage.nominal:ENUM:\"220\"\n"
                                   "#RW:output.voltage.nominal:ENUM:\"230\"\n"
                                   "#RW:input.transfer.low:RANGE:\"170\" \"200\"\n"
                                   "#RW:ups.beeper.status:ENUM:\"enabled\"\n"
                                   "#CMD:beeper.mute\n#CMD:load.off\n#CMD:load.on\n";

TEST(Replay, TakesTypesFromTheAnnotations) {
    Playing playing(kAnnotated);
    const auto& vars = playing.host.vars;
    EXPECT_EQ(vars.at("ups.load").flags, 0u);
    EXPECT_EQ(vars.at("ups.id").max_length, 10u);
    EXPECT_EQ(vars.at("output.voltage.nominal").flags, UPSDRV_VAR_RW | UPSDRV_VAR_NUMBER);
    EXPECT_EQ(vars.at("output.voltage.nominal").enums, (std::vector<std::string>{"220", "230"}));
    EXPECT_EQ(vars.at("input.transfer.low").ranges.size(), 1u);
    EXPECT_EQ(vars.at("ups.beeper.status").flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(playing.host.commands, (std::set<std::string>{"beeper.mute", "load.off", "load.on"}));
    EXPECT_TRUE(playing.host.problems.empty());
}

TEST(Replay, CanMakeAnnotatedFilesWritableThroughout) {
    Playing playing(kAnnotated, "a.dev", {{"writable", "all"}});
    EXPECT_EQ(playing.host.vars.at("ups.load").flags, UPSDRV_VAR_RW);
    EXPECT_EQ(
        Playing("ups.load: 1\n", "a.dev", {{"writable", "listed"}}).host.vars.at("ups.load").flags,
        0u);
}

TEST(Replay, GivesTypesAnewWhenTheAnnotationsChange) {
    Playing playing(kAnnotated);
    playing.write("ups.id: me\n#RW:ups.id:STRING:44\n#CMD:load.on\n");
    playing.wait_ms(2000);
    EXPECT_EQ(playing.host.vars.at("ups.id").max_length, 44u);
    EXPECT_EQ(playing.host.vars.at("output.voltage.nominal").flags, UPSDRV_VAR_STRING);
    EXPECT_TRUE(playing.host.vars.at("output.voltage.nominal").enums.empty());
    EXPECT_EQ(playing.host.commands, std::set<std::string>{"load.on"});
}

TEST(Replay, CreatesAVariableThatAClientSets) {
    Playing playing("ups.status: OL\n");
    EXPECT_EQ(playing.session->set("new.var", "1"), UPSDRV_OK);
    EXPECT_EQ(playing.value("new.var"), "1");
    EXPECT_EQ(playing.host.vars.at("new.var").flags, UPSDRV_VAR_RW | UPSDRV_VAR_STRING);
    EXPECT_EQ(playing.session->set("new.var", ""), UPSDRV_OK);
    EXPECT_EQ(playing.value("new.var"), "(absent)");
    EXPECT_EQ(playing.session->set("ups.status", "OB LB"), UPSDRV_OK);
    EXPECT_EQ(playing.value("ups.status"), "OB LB");
    EXPECT_EQ(playing.session->set("driver.name", "x"), UPSDRV_E_INVALID);
}

TEST(Replay, AnswersUnknownToTheCommandThatStockOnlyLists) {
    Playing playing("ups.status: OL\n");
    EXPECT_EQ(playing.session->command("load.off"), UPSDRV_E_UNKNOWN);
    EXPECT_EQ(playing.session->command("shutdown.return"), UPSDRV_E_UNKNOWN);
}

TEST(Replay, ObeysCommandsThatTheFileLists) {
    Playing playing(std::string(kAnnotated) + "ups.status: OL\n");
    EXPECT_EQ(playing.session->command("load.off"), UPSDRV_OK);
    EXPECT_EQ(playing.value("ups.status"), "OL OFF");
    EXPECT_EQ(playing.session->command("load.on"), UPSDRV_OK);
    EXPECT_EQ(playing.value("ups.status"), "OL");
    EXPECT_EQ(playing.session->command("beeper.mute"), UPSDRV_OK);
    EXPECT_EQ(playing.value("ups.beeper.status"), "muted");
    EXPECT_EQ(playing.session->command("beeper.enable"), UPSDRV_E_UNKNOWN);
}

TEST(Replay, SaysWhichLinesItIgnores) {
    Playing playing("ups.status: OL\nnot a line\n");
    EXPECT_TRUE(playing.host.logged("a.dev:2:4: "));
    EXPECT_EQ(playing.value("ups.status"), "OL");
}

TEST(Replay, LeavesOutDriverVariablesOnRequest) {
    constexpr const char* kText = "driver.version.data: HID 1.0\n";
    EXPECT_EQ(Playing(kText).value("driver.version.data"), "HID 1.0");
    EXPECT_EQ(Playing(kText, "a.dev", {{"driver_vars", "own"}}).value("driver.version.data"),
              "(absent)");
}

}  // namespace
}  // namespace ups::dummy::testing
