// The unchanged ccxt client for Deribit against our service: everything that its REST and its WebSocket class
// call, on an account with perpetuals, options and orders.  One line a check, then `N passed, N failed`; exit
// code 1 if any failed.
//
//   npm ci && node ccxt.mjs [BINARY]
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { startServer } from './server.mjs';

let passed = 0, failed = 0;
async function check (name, run) {
    let timer;
    const late = new Promise ((_, reject) => {
        timer = setTimeout (() => reject (new Error ('no answer within 15 s')), 15_000);
    });
    try {
        const said = await Promise.race ([ run (), late ]);
        passed += 1;
        console.log (`passed  ${name}${said === undefined ? '' : ': ' + said}`);
    } catch (error) {
        failed += 1;
        console.log (`FAILED  ${name}: ${error?.constructor?.name} ${String (error?.message ?? error).slice (0, 400)}`);
    } finally {
        clearTimeout (timer);
    }
}

const server = await startServer (process.argv[2]);
const options = {
    apiKey: 'trader', secret: server.secrets.trader, enableRateLimit: false,
    urls: { api: { rest: server.url, ws: server.url.replace ('http', 'ws') + '/ws/api/v2' } },
};
const rest = new ccxt.deribit (options);
const pro = new ccxt.pro.deribit (options);
await pro.loadHttpProxyAgent ();

// What the venue would report: a fill, by whoever operates the engine.
async function operator (method, params) {
    const response = await fetch (server.url + '/api/v2/' + method, {
        method: 'POST',
        headers: {
            'Content-Type': 'application/json',
            Authorization: 'Basic ' + Buffer.from ('operator:' + server.secrets.operator).toString ('base64'),
        },
        body: JSON.stringify ({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const body = await response.json ();
    assert.ok (body.result, JSON.stringify (body.error));
    return body.result;
}
// Closing a connection rejects whatever still waits on it, also what nobody waits for any more.
process.on ('unhandledRejection', (error) => {
    if (error?.constructor?.name === 'ExchangeClosedByUser') return;
    failed += 1;
    console.log ('FAILED  ' + (error?.stack ?? error));
});
const isNumber = (value) => typeof value === 'number' && Number.isFinite (value);
const rejects = (kind, run) => assert.rejects (run, (error) => {
    assert.equal (error.constructor.name, kind.name, String (error.message));
    return true;
});
const isOrder = (order, market) => {
    assert.equal (typeof order.id, 'string');
    assert.equal (order.symbol, market.symbol);
    assert.ok ([ 'buy', 'sell' ].includes (order.side));
    assert.ok (isNumber (order.amount) && isNumber (order.filled) && isNumber (order.timestamp), order.info);
};

let perpetual, option, positions = [], placed, tradedId;

async function publicCalls () {
    await check ('fetchTime', async () => {
        const time = await rest.fetchTime ();
        assert.ok (Math.abs (time - Date.now ()) < 60_000, `${time}`);
    });
    await check ('fetchStatus', async () => assert.equal ((await rest.fetchStatus ()).status, 'ok'));
    await check ('loadMarkets', async () => {
        const markets = Object.values (await rest.loadMarkets ());
        await pro.loadMarkets ();
        const swaps = markets.filter ((m) => m.swap), chain = markets.filter ((m) => m.option);
        assert.ok (swaps.some ((m) => m.inverse) && swaps.some ((m) => m.linear) && chain.length > 100);
        for (const m of markets) {
            assert.ok (m.active && isNumber (m.contractSize) && isNumber (m.precision.price), m.id);
            assert.ok (rest.currencies[m.settle], m.settle);
        }
        assert.equal (new Set (markets.map ((m) => m.symbol)).size, markets.length);
        perpetual = rest.market ('BTC/USD:BTC');
        option = chain.find ((m) => m.base === 'BTC');
        return `${swaps.length} perpetuals, ${chain.length} options`;
    });
    await check ('fetchTicker of a perpetual', async () => {
        const ticker = await rest.fetchTicker (perpetual.symbol);
        assert.ok (isNumber (ticker.markPrice) && isNumber (ticker.indexPrice) && isNumber (ticker.timestamp));
        return `mark ${ticker.markPrice}`;
    });
    await check ('fetchTicker of an option', async () => {
        assert.ok (isNumber ((await rest.fetchTicker (option.symbol)).markPrice));
    });
    await check ('fetchGreeks', async () => {
        const greeks = await rest.fetchGreeks (option.symbol);
        for (const key of [ 'delta', 'gamma', 'theta', 'vega', 'rho', 'markImpliedVolatility', 'underlyingPrice' ]) {
            assert.ok (isNumber (greeks[key]), `${key}: ${greeks[key]}`);
        }
        return `delta ${greeks.delta}, iv ${greeks.markImpliedVolatility}`;
    });
    await check ('fetchTickers', async () => {
        const tickers = await rest.fetchTickers (undefined, { code: 'BTC' });
        assert.ok (Object.keys (tickers).length > 100);
        assert.ok (isNumber (tickers[perpetual.symbol].markPrice));
    });
    await check ('fetchOptionChain', async () => {
        const chain = await rest.fetchOptionChain ('BTC');
        assert.ok (Object.keys (chain).length > 100);
        assert.ok (isNumber (chain[option.symbol].markPrice) && isNumber (chain[option.symbol].underlyingPrice));
    });
    await check ('fetchOption', async () => {
        assert.ok (isNumber ((await rest.fetchOption (option.symbol)).markPrice));
    });
    await check ('fetchOpenInterest', async () => {
        const interest = await rest.fetchOpenInterest (perpetual.symbol);
        const amount = interest.openInterestAmount ?? interest.openInterestValue;
        assert.ok (amount > 0, JSON.stringify (interest.info));
        return amount;
    });
    await check ('fetchOrderBook', async () => {
        const book = await rest.fetchOrderBook (perpetual.symbol);
        assert.ok (Array.isArray (book.bids) && Array.isArray (book.asks) && isNumber (book.nonce));
    });
    await check ('fetchFundingRate', async () => {
        assert.ok (isNumber ((await rest.fetchFundingRate (perpetual.symbol)).fundingRate));
    });
    await check ('fetchFundingRateHistory', async () => {
        const now = (await rest.fetchTicker (perpetual.symbol)).timestamp;
        const rows = await rest.fetchFundingRateHistory (perpetual.symbol, now - 36 * 3_600_000, undefined, { until: now });
        assert.ok (Array.isArray (rows) && rows.every ((row) => isNumber (row.fundingRate)));
        return `${rows.length} rows`;
    });
    await check ('get_funding_chart_data', async () => {  // no call of ccxt reads it, so as its raw method
        for (const length of [ '8h', '24h', '1m' ]) {
            const { result } = await rest.publicGetGetFundingChartData ({ instrument_name: perpetual.id, length });
            assert.ok (isNumber (result.current_interest) && isNumber (result.interest_8h), JSON.stringify (result));
            assert.ok (result.data.every ((row) => isNumber (row.interest_8h)));
        }
    });
    await check ('get_mark_price_history', async () => {
        const now = (await rest.fetchTicker (perpetual.symbol)).timestamp;
        const span = { instrument_name: perpetual.id, start_timestamp: now - 86_400_000, end_timestamp: now };
        const { result } = await rest.publicGetGetMarkPriceHistory (span);
        assert.ok (result.every (([ at, mark ]) => at <= now && mark > 0), JSON.stringify (result));
        return `${result.length} marks`;
    });
    await check ('fetchVolatilityHistory of too few samples', async () => {
        assert.deepEqual (await rest.fetchVolatilityHistory ('BTC'), []);
    });
    await check ('fetchTrades', async () => {
        const trades = await rest.fetchTrades (perpetual.symbol, undefined, 5);
        assert.ok (trades.every ((t) => isNumber (t.price) && isNumber (t.amount) && t.id));
        return `${trades.length} trades`;
    });
    await check ('fetchOHLCV', async () => {
        const now = (await rest.fetchTicker (perpetual.symbol)).timestamp;
        const rows = await rest.fetchOHLCV (perpetual.symbol, '1h', now - 86_400_000, 24);
        assert.ok (rows.every ((row) => row.length === 6 && isNumber (row[1])));
        return `${rows.length} candles`;
    });
}

// available_funds = margin_balance - initial_margin, to the last digit that the currency has.
function checkFunds (info) {
    const said = [ 'available_funds', 'margin_balance', 'initial_margin', 'maintenance_margin' ].map ((key) => Number (info[key]));
    const [ available, balance, initial, maintenance ] = said;
    assert.ok (said.every (Number.isFinite), JSON.stringify (info));
    assert.ok (Math.abs (balance - initial - available) <= 1e-9 * Math.max (1, Math.abs (balance)), `${said}`);
    assert.ok (maintenance <= initial, `${said}`);
}

async function accountCalls () {
    await check ('fetchBalance', async () => {
        const balance = await rest.fetchBalance ();
        for (const summary of balance.info.summaries) {
            checkFunds (summary);
            const own = balance[summary.currency];
            assert.equal (own.free, Number (summary.available_funds));
            assert.equal (own.used, Number (summary.maintenance_margin));
            assert.equal (own.total, Number (summary.equity));
        }
        return balance.info.summaries.map ((s) => `${s.equity} ${s.currency}`).join (', ');
    });
    await check ('fetchBalance of one currency', async () => {
        const balance = await rest.fetchBalance ({ code: 'BTC' });
        assert.ok (isNumber (balance.BTC.free) && isNumber (balance.BTC.total));
    });
    await check ('fetchAccounts', async () => assert.ok ((await rest.fetchAccounts ()).length >= 1));
    await check ('fetchPositions', async () => {
        positions = await rest.fetchPositions ();
        assert.ok (positions.length >= 2);
        for (const p of positions) {
            assert.ok (isNumber (p.contracts) && isNumber (p.markPrice) && isNumber (p.unrealizedPnl), p.symbol);
            assert.ok (isNumber (p.initialMargin) && isNumber (p.maintenanceMargin), JSON.stringify (p.info));
            assert.equal (p.side, p.contracts < 0 ? 'short' : 'long');
            assert.equal (isNumber (p.notional), !rest.market (p.symbol).option, p.symbol);
        }
        const kinds = new Set (positions.map ((p) => rest.market (p.symbol).type));
        assert.ok (kinds.has ('swap') && kinds.has ('option'), [ ...kinds ].join ());
        return positions.map ((p) => `${p.contracts} ${p.symbol}`).join (', ');
    });
    await check ('fetchPositions of a currency and kind', async () => {
        const some = await rest.fetchPositions (undefined, { currency: positions[0].info.instrument_name.slice (0, 3), kind: 'option' });
        assert.ok (some.every ((p) => rest.market (p.symbol).option));
    });
    await check ('fetchPosition', async () => {
        const same = await rest.fetchPosition (positions[0].symbol);
        assert.equal (same.contracts, positions[0].contracts);
    });
    await check ('fetchPosition of nothing', async () => {
        const held = new Set (positions.map ((p) => p.symbol));
        const none = Object.values (rest.markets).find ((m) => m.option && !held.has (m.symbol));
        assert.equal ((await rest.fetchPosition (none.symbol)).contracts, 0);
    });
    await check ('fetchOpenOrders', async () => {
        let count = 0;
        for (const p of positions) {
            const orders = await rest.fetchOpenOrders (p.symbol);
            for (const order of orders) isOrder (order, rest.market (p.symbol));
            count += orders.length;
        }
        assert.ok (count >= 1);
        return `${count} orders`;
    });
}

// A limit order of one lot at half the mark.
async function place (symbol, extra = {}) {
    const market = rest.market (symbol);
    const mark = (await rest.fetchTicker (symbol)).markPrice;
    const price = Math.floor (mark / 2 / market.precision.price) * market.precision.price;
    return rest.createOrder (symbol, 'limit', 'buy', market.limits.amount.min, price, extra);
}

async function fillOne (order, market, taker = false) {
    const number = order.id.split ('-')[1];
    const result = await operator ('lockstep/command', {
        command: 'fill', account: server.account, order: Number (number), instrument: market.id,
        side: 'buy', price: String (order.price), lots: 1, fee: '0', taker,
    });
    assert.equal (result.outcome, 'accepted', JSON.stringify (result));
}

async function orderCalls () {
    const market = rest.market (positions.find ((p) => rest.market (p.symbol).swap).symbol);
    await check ('createOrder', async () => {
        placed = await place (market.symbol, { postOnly: true });
        isOrder (placed, market);
        assert.equal (placed.status, 'open');
        assert.equal (placed.postOnly, true);
        return placed.id;
    });
    await check ('fetchOrder', async () => {
        const order = await rest.fetchOrder (placed.id);
        isOrder (order, market);
        assert.equal (order.price, placed.price);
    });
    await check ('editOrder', async () => {
        const amount = placed.amount * 2;
        const order = await rest.editOrder (placed.id, market.symbol, 'limit', 'buy', amount, placed.price);
        assert.equal (order.amount, amount);
        assert.equal (order.id, placed.id);
    });
    await check ('a fill of it', async () => fillOne (placed, market));
    await check ('fetchMyTrades', async () => {
        const trades = await rest.fetchMyTrades (market.symbol);
        const mine = trades.find ((t) => t.order === placed.id);
        assert.ok (mine && isNumber (mine.price) && mine.takerOrMaker === 'maker' && isNumber (mine.fee.cost));
        tradedId = mine.id;
        return `${trades.length} trades`;
    });
    await check ('fetchMyTrades since', async () => {
        const trades = await rest.fetchMyTrades (market.symbol, 1_760_000_000_000, 100);
        assert.ok (trades.some ((t) => t.id === tradedId));
    });
    await check ('fetchOrderTrades', async () => {
        const trades = await rest.fetchOrderTrades (placed.id);
        assert.deepEqual (trades.map ((t) => t.id), [ tradedId ]);
    });
    await check ('cancelOrder', async () => {
        const order = await rest.cancelOrder (placed.id);
        assert.equal (order.status, 'canceled');
        assert.ok (order.filled > 0);
    });
    await check ('fetchClosedOrders', async () => {
        const orders = await rest.fetchClosedOrders (market.symbol);
        const mine = orders.find ((order) => order.id === placed.id);
        assert.ok (mine, `${orders.length} orders`);
        assert.ok (isNumber (mine.average));
    });
    await check ('createOrder that waits for a trigger', async () => {
        const mark = (await rest.fetchTicker (market.symbol)).markPrice;
        const trigger = Number (rest.priceToPrecision (market.symbol, mark * 2));
        const order = await rest.createOrder (market.symbol, 'market', 'buy', market.limits.amount.min, undefined, {
            stopLossPrice: trigger, trigger: 'mark_price',
        });
        assert.equal (Number (order.info.trigger_price), trigger);
        assert.equal (order.info.order_state, 'untriggered');
        await rest.cancelOrder (order.id);
    });
    await check ('createOrder with a label, and cancel_by_label', async () => {
        const order = await place (market.symbol, { label: 'grid' });
        assert.equal (order.info.label, 'grid');
        assert.equal ((await rest.fetchOrder (order.id)).info.label, 'grid');
        assert.equal (Number ((await rest.privateGetCancelByLabel ({ label: 'grid' })).result), 1);
        assert.equal ((await rest.fetchOrder (order.id)).status, 'canceled');
    });
    await check ('cancelAllOrders', async () => {
        await place (market.symbol);
        await rest.cancelAllOrders (market.symbol);
        assert.equal ((await rest.fetchOpenOrders (market.symbol)).length, 0);
    });
}

async function errorClasses () {
    const market = perpetual;
    const raw = { instrument_name: market.id, type: 'limit' };
    await check ('InsufficientFunds', async () => {
        const params = { ...raw, amount: '100000000', price: String (Math.floor ((await rest.fetchTicker (market.symbol)).markPrice)) };
        await rejects (ccxt.InsufficientFunds, () => rest.privateGetBuy (params));
    });
    await check ('InvalidOrder off tick', () => rejects (ccxt.InvalidOrder, () => rest.privateGetBuy ({ ...raw, amount: '10', price: '50000.123' })));
    await check ('InvalidOrder off lot', () => rejects (ccxt.InvalidOrder, () => rest.privateGetBuy ({ ...raw, amount: '11', price: '50000' })));
    await check ('OrderNotFound', () => rejects (ccxt.OrderNotFound, () => rest.fetchOrder ('0-999999999')));
    await check ('InvalidOrder of an ended order', () => rejects (ccxt.InvalidOrder, () => rest.cancelOrder (placed.id)));
    await check ('BadRequest', () => rejects (ccxt.BadRequest, () => rest.publicGetGetInstruments ({ kind: 'nothing' })));
    await check ('NotSupported', () => rejects (ccxt.NotSupported, () => rest.privateGetBuy ({ ...raw, amount: '10', price: '50000', valid_until: '1' })));
    await check ('BadRequest of no such method', () => rejects (ccxt.BadRequest, () => rest.publicGetGetVolatilityIndexData ({ currency: 'BTC' })));
    await check ('ExchangeError of no such instrument', () => rejects (ccxt.ExchangeError, () => rest.publicGetTicker ({ instrument_name: 'NONE' })));
    await check ('AuthenticationError', async () => {
        const wrong = new ccxt.deribit ({ ...options, secret: 'wrong' });
        await rejects (ccxt.AuthenticationError, () => wrong.privateGetGetPositions ({}));
    });
}

// Watches on and on while something is done: the data trades on the account, too, so that what was made here
// need not be the first that is seen.  check() gives up for it.
async function seenWhile (watch, make, matches) {
    const seen = [];
    let over = false;
    const watching = (async () => {
        while (!over) seen.push (...await watch ());
    }) ();
    watching.catch (() => {});
    await pro.sleep (500);
    const made = await make ();
    try {
        for (;;) {
            const found = seen.find ((one) => matches (one, made));
            if (found) return found;
            await Promise.race ([ pro.sleep (100), watching ]);
        }
    } finally {
        over = true;
    }
}

async function sockets () {
    const symbol = perpetual.symbol;
    await check ('watchTicker', async () => assert.ok (isNumber ((await pro.watchTicker (symbol)).markPrice)));
    await check ('watchTickers', async () => {
        const tickers = await pro.watchTickers ([ symbol, option.symbol ]);
        assert.ok (Object.keys (tickers).length >= 1);
    });
    await check ('watchBidsAsks', async () => assert.ok (await pro.watchBidsAsks ([ symbol ])));
    await check ('watchOrderBook', async () => {
        const book = await pro.watchOrderBook (symbol);
        assert.ok (Array.isArray (book.bids) && isNumber (book.nonce));
    });
    await check ('watchBalance', async () => {
        const balance = await pro.watchBalance ();
        assert.ok (balance.BTC ?? balance.ETH);
    });
    const market = rest.market (positions.find ((p) => rest.market (p.symbol).swap).symbol);
    let order;
    await check ('watchOrders', async () => {
        const make = async () => {
            order = await place (market.symbol);
            return order;
        };
        const seen = await seenWhile (() => pro.watchOrders (), make, (one, made) => one.id === made.id);
        assert.equal (seen.status, 'open');
    });
    await check ('watchMyTrades', async () => {
        const make = () => fillOne (order, market);
        const seen = await seenWhile (() => pro.watchMyTrades (), make, (one) => one.order === order.id);
        assert.equal (seen.takerOrMaker, 'maker');
    });
    await check ('watchTrades', async () => {
        const taken = await place (market.symbol);
        const make = () => fillOne (taken, market, true);
        const seen = await seenWhile (() => pro.watchTrades (market.symbol), make, (one) => one.price === taken.price);
        assert.equal (seen.side, 'buy');
    });
    await pro.close ();
}

try {
    await publicCalls ();
    await accountCalls ();
    await orderCalls ();
    await errorClasses ();
    await sockets ();
} catch (error) {
    failed += 1;
    console.log ('FAILED  ' + (error.stack ?? error));
} finally {
    await server.stop ();
}
console.log (`${passed} passed, ${failed} failed`);
process.exit (failed === 0 ? 0 : 1);
