// Headers of the recommendation (https://www.w3.org/TR/trace-context/, examples and the rules of section
// 3.2), and what must not be taken.
#include "node/metrics/trace.h"

#include <gtest/gtest.h>

namespace lockstep::metrics {
namespace {

const std::string id = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string span = "00f067aa0ba902b7";

TEST(Trace, TheExamplesOfTheRecommendation) {
  const std::optional<Trace> sampled = parse_traceparent("00-" + id + "-" + span + "-01");
  ASSERT_TRUE(sampled);
  EXPECT_EQ(sampled->trace_id, id);
  EXPECT_EQ(sampled->span_id, span);
  EXPECT_TRUE(sampled->sampled);
  EXPECT_EQ(traceparent(*sampled), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const std::optional<Trace> not_sampled = parse_traceparent("00-" + id + "-" + span + "-00");
  ASSERT_TRUE(not_sampled);
  EXPECT_FALSE(not_sampled->sampled);
}

TEST(Trace, LaterVersionsAreReadAsFarAsTheyAreAlike) {
  EXPECT_TRUE(parse_traceparent("cc-" + id + "-" + span + "-01"));
  EXPECT_TRUE(parse_traceparent("cc-" + id + "-" + span + "-01-what-the-future-will-be-like"));
  EXPECT_FALSE(parse_traceparent("cc-" + id + "-" + span + "-01.what-the-future-will-not-be-like"));
  EXPECT_EQ(traceparent(*parse_traceparent("cc-" + id + "-" + span + "-09-more")),
            "00-" + id + "-" + span + "-01");
}

TEST(Trace, WhatIsNotAsItMustBe) {
  const std::string zero_id(32, '0'), zero_span(16, '0');
  for (const std::string& header :
       {std::string(), "00-" + id + "-" + span, "00-" + id + "-" + span + "-1",
        "ff-" + id + "-" + span + "-01", "00-" + id + "-" + span + "-01-more",
        "00-" + id + "-" + span + "-01-", "0g-" + id + "-" + span + "-01",
        "00-" + zero_id + "-" + span + "-01", "00-" + id + "-" + zero_span + "-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + span + "-01", "00-" + id + "-" + span + "-0x",
        "00_" + id + "-" + span + "-01", "00-" + id + "_" + span + "-01", " 00-" + id + "-" + span + "-01"}) {
    EXPECT_FALSE(parse_traceparent(header)) << header;
  }
}

TEST(Trace, OnesOfOurOwn) {
  const Trace first = new_trace();
  EXPECT_TRUE(parse_traceparent(traceparent(first)));
  EXPECT_NE(first.trace_id, new_trace().trace_id);
  const Trace child = trace_of("00-" + id + "-" + span + "-01");
  EXPECT_EQ(child.trace_id, id);
  EXPECT_NE(child.span_id, span);
  EXPECT_TRUE(child.sampled);
  EXPECT_TRUE(parse_traceparent(traceparent(child)));
  EXPECT_NE(trace_of("nonsense").trace_id, id);
}

}  // namespace
}  // namespace lockstep::metrics
