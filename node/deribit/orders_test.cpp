// What of an order is read, and which of its parameters an error names.
#include "node/deribit/testing_desk.h"

namespace lockstep::deribit {
namespace {

TEST(Orders, AmountAndContractsSayTheSame) {
  TestingDesk desk;
  const auto call = [&](const std::string& size) {
    return desk.call("private/buy", R"({"instrument_name":"BTC-PERPETUAL","price":30000,)" + size + "}");
  };
  for (const char* size : {R"("amount":20,"contracts":2)", R"("contracts":2)"}) {
    EXPECT_EQ(call(size).result["order"]["amount"], 20) << size;
  }
  for (const char* size : {R"("amount":1,"contracts":2)", R"("amount":10,"contracts":2)",
                           R"("amount":20,"contracts":0)", R"("amount":20,"contracts":-2)"}) {
    EXPECT_EQ(call(size).code, 10021) << size;
    EXPECT_EQ(call(size).param, "contracts") << size;
  }
  EXPECT_EQ(desk.call("private/edit", R"({"order_id":"0-7","amount":20,"contracts":3})").param, "contracts");
}

TEST(Orders, WhatIsShownOfAnOrder) {
  TestingDesk desk;
  const auto call = [&](const std::string& rest) {
    return desk.call("private/buy",
                     R"({"instrument_name":"BTC-PERPETUAL","amount":20,"price":30000,)" + rest + "}");
  };
  EXPECT_EQ(call(R"("display_amount":10)").result["order"]["display_amount"], 10);
  for (const char* size : {"5", "-10", "30", "1e30"}) {
    EXPECT_EQ(call(R"("display_amount":)" + std::string(size)).code, 10021) << size;
    EXPECT_EQ(call(R"("display_amount":)" + std::string(size)).param, "display_amount") << size;
  }
  EXPECT_EQ(call(R"("display_amount":"x")").param, "display_amount");
  EXPECT_EQ(call(R"("display_amount":10,"type":"market")").param, "display_amount");
}

}  // namespace
}  // namespace lockstep::deribit
