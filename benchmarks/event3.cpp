// The practical bound that Populace's engine is held against: an event engine in C++ and OpenMP.
//
// The same epidemic as the benchmark gives to Populace, with everything left out that is not
// needed to run it once: no event log, no infector, no ties by hash, draws keyed by day, float
// acceptance, every network of a person drawn in one Poisson number. What a day costs is the
// infectious people, their attempts and the people who change state; nobody else is looked at.
//
// States: 0 susceptible, 1 exposed, 2 infectious, 3 in hospital, 4 recovered, 5 dead.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <omp.h>

namespace {

constexpr int BANDS = 16;           // age bands
constexpr int STATES = 6;
constexpr int LEVELS = 256;         // levels of susceptibility
constexpr int DWELL_ENTRIES = 1024; // equally likely dwell times of a state
constexpr int RING = 256;           // days of the calendar; longer than any dwell time
constexpr int ATTEMPTS_MAX = 40;

inline uint32_t mix(uint32_t x) {
    x ^= x >> 16; x *= 0x7feb352dU;
    x ^= x >> 15; x *= 0x846ca68bU;
    return x ^ (x >> 16);
}
inline uint32_t draw(uint32_t agent, uint32_t key) {
    return mix(mix(agent * 0x9E3779B9u + key) ^ (key * 0x85EBCA6Bu));
}
inline float uniform(uint32_t bits) { return ((bits >> 8) + .5f) * (1.f / 16777216.f); }
inline int32_t below(uint32_t bits, uint32_t count) {
    return static_cast<int32_t>((static_cast<uint64_t>(bits) * count) >> 32);
}
inline int poisson(float mean, float u) {
    float part = expf(-mean), total = part;
    int k = 0;
    while (u > total && k < ATTEMPTS_MAX) { k++; part *= mean / k; total += part; }
    return k;
}

// All that an infectious person's attempts need, side by side in memory.
struct Infectious {
    int32_t agent;
    int16_t end;  // last day of attempts
    uint8_t band, household_size;
    int32_t household, work, cell;  // first rows, or first position among the members
    uint16_t work_size, cell_size;
    uint32_t degree;
    int64_t edges;
    float household_rate, work_rate, community_rate, contact_rate;  // attempts a day / beta
};

}  // namespace

extern "C" double event3(
    int64_t agents, int64_t cells,
    const int32_t* household_start, const int32_t* cell_start, const int32_t* household_of,
    uint8_t* state, const uint8_t* band_of, const uint8_t* level_of,
    const int32_t* work_of, const int32_t* work_start, const int32_t* work_member,
    const float* susceptibility,   // by level
    const float* household_weight, // by size of the household
    const float* mixing,           // [target's band, infector's band]
    const uint8_t* dwell,          // [state, entry] days
    const uint8_t* to_hospital,    // by band, of 256
    uint8_t to_death,              // of 256, out of hospital
    const int64_t* edge_start, const int32_t* edge_target,
    float beta, float work_weight, float home_weight, float community_weight, float contact_weight,
    uint32_t seed, int days,
    int64_t* series)  // [day, state] out
{
    const int workers = omp_get_max_threads();
    std::vector<std::vector<std::vector<int32_t>>> calendar(
        workers, std::vector<std::vector<int32_t>>(RING));
    std::vector<std::vector<Infectious>> infectious(workers);
    int64_t counts[STATES] = {0};
    const float level_max = *std::max_element(susceptibility, susceptibility + LEVELS);
    float mixing_max[BANDS];
    for (int b = 0; b < BANDS; b++) {
        mixing_max[b] = 0;
        for (int a = 0; a < BANDS; a++)
            mixing_max[b] = std::max(mixing_max[b], mixing[a * BANDS + b]);
    }

    auto dwell_of = [&](int s, uint32_t r) {
        return static_cast<int>(dwell[s * DWELL_ENTRIES + (r & (DWELL_ENTRIES - 1))]);
    };
    auto record = [&](int32_t agent, int end) {
        Infectious x;
        x.agent = agent; x.end = static_cast<int16_t>(end); x.band = band_of[agent];
        const int32_t home = household_of[agent], work = work_of[agent];
        x.household = household_start[home];
        x.household_size = static_cast<uint8_t>(household_start[home + 1] - x.household);
        x.work = work_start[work];
        x.work_size = static_cast<uint16_t>(work_start[work + 1] - x.work);
        const int64_t cell =
            std::upper_bound(cell_start, cell_start + cells + 1, agent) - cell_start - 1;
        x.cell = cell_start[cell];
        x.cell_size = static_cast<uint16_t>(cell_start[cell + 1] - x.cell);
        x.edges = edge_start[agent];
        x.degree = static_cast<uint32_t>(edge_start[agent + 1] - x.edges);
        x.household_rate = x.household_size > 1
            ? home_weight * household_weight[x.household_size] * x.household_size * level_max : 0;
        x.work_rate = work_weight * level_max;
        x.community_rate = community_weight * mixing_max[x.band] * level_max;
        x.contact_rate = contact_weight * x.degree * level_max;
        return x;
    };

    for (int64_t i = 0; i < agents; i++) {
        const int s = state[i];
        counts[s]++;
        if (s == 0 || s > 3) continue;
        const int due = dwell_of(s, draw(static_cast<uint32_t>(i), seed));
        const int worker = static_cast<int>(i % workers);
        calendar[worker][due % RING].push_back(static_cast<int32_t>(i));
        if (s == 2) infectious[worker].push_back(record(static_cast<int32_t>(i), due));
    }

    const double start = omp_get_wtime();
    for (int t = 1; t <= days; t++) {
        const uint32_t key = mix(seed ^ (t * 0x9E3779B9u));
        std::vector<std::vector<int32_t>> reached(workers);
        int64_t change[STATES] = {0};
        #pragma omp parallel reduction(+ : change[:STATES])
        {
            const int worker = omp_get_thread_num();
            auto& targets = reached[worker];
            auto& mine = infectious[worker];
            size_t kept = 0;
            for (size_t m = 0; m < mine.size(); m++) {
                if (mine[m].end <= t - 1) continue;
                mine[kept] = mine[m];
                const Infectious& x = mine[kept++];
                const float rate =
                    x.household_rate + x.work_rate + x.community_rate + x.contact_rate;
                const uint32_t own = draw(x.agent, key);
                uint32_t q = own ^ 0x1111;
                for (int k = poisson(beta * rate, uniform(own)); k--;) {
                    q = mix(q + 0x9E3779B9u);
                    float where = uniform(q) * rate;
                    q = mix(q + 0x9E3779B9u);
                    int32_t target;
                    float weight = 1;
                    if (where < x.household_rate) {
                        target = x.household + below(q, x.household_size);
                    } else if ((where -= x.household_rate) < x.work_rate) {
                        target = work_member[x.work + below(q, x.work_size)];
                    } else if ((where -= x.work_rate) < x.community_rate) {
                        target = x.cell + below(q, x.cell_size);
                        if (state[target]) continue;
                        weight = mixing[band_of[target] * BANDS + x.band] / mixing_max[x.band];
                    } else {
                        target = edge_target[x.edges + below(q, x.degree)];
                    }
                    if (state[target] == 0 && uniform(mix(q ^ 0x68bc21ebu)) * level_max
                                                  < weight * susceptibility[level_of[target]])
                        targets.push_back(target);
                }
            }
            mine.resize(kept);
            // Attempts read yesterday's states: nobody changes before all have been made.
            #pragma omp barrier
            const auto due = std::move(calendar[worker][t % RING]);
            calendar[worker][t % RING].clear();
            for (int32_t i : due) {
                const uint32_t r = draw(i, key ^ 0x5bd1e995u);
                const uint8_t before = state[i];
                uint8_t after;
                if (before == 1) after = 2;
                else if (before == 2) after = (r >> 24) < to_hospital[band_of[i]] ? 3 : 4;
                else after = (r >> 24) < to_death ? 5 : 4;
                change[before]--; change[after]++;
                state[i] = after;
                if (after >= 4) continue;
                const int days_there = dwell_of(after, r);
                calendar[worker][(t + days_there) % RING].push_back(i);
                if (after == 2) mine.push_back(record(i, t + days_there));
            }
            for (int32_t j : targets) {
                uint8_t susceptible = 0;
                if (!__atomic_compare_exchange_n(&state[j], &susceptible, 1, false,
                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
                    continue;
                change[0]--; change[1]++;
                const int days_there = dwell_of(1, draw(j, key ^ 0x1234567u));
                calendar[worker][(t + days_there) % RING].push_back(j);
            }
        }
        for (int k = 0; k < STATES; k++) {
            counts[k] += change[k];
            series[(t - 1) * STATES + k] = counts[k];
        }
    }
    return omp_get_wtime() - start;
}
