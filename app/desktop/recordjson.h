// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: Pyrolens contributors

#pragma once

#include <pyrolens/base/json.h>
#include <pyrolens/base/result.h>
#include <pyrolens/models/callrecord.h>

namespace pyrolens {

/// A call with its request and reply as JSON, values in the tagged form, so without loss. A reply that came
/// as more than `maxReply` bytes is left out; the record read back says so (CallRecord::isReplyLost).
Json recordToJson(const CallRecord &record, qint64 maxReply);
/// \return Protocol when it is no record of ours.
Result<CallRecord> recordFromJson(const Json &json);

} // namespace pyrolens
