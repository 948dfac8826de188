using System.Diagnostics;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Tests.Telemetry;

public sealed class TraceContextTests
{
    private static readonly ActivityContext Span = new(
        ActivityTraceId.CreateFromString("0123456789abcdef0123456789abcdef"), ActivitySpanId.CreateFromString("fedcba9876543210"), ActivityTraceFlags.Recorded);

    [Fact]
    public void Read_WhatWasWritten_IsTheSameSpanFromElsewhere()
    {
        var bytes = new byte[TraceContext.Bytes];
        new TraceContext(Span, 7).Write(bytes);

        var read = TraceContext.Read(bytes);

        Assert.Equal((Span.TraceId, Span.SpanId, ActivityTraceFlags.Recorded, true, 7),
            (read!.Span.TraceId, read.Span.SpanId, read.Span.TraceFlags, read.Span.IsRemote, read.Hops));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdeffedcba987654321001")]
    [InlineData("0123456789abcdef0123456789abcdeffedcba98765432100107ff")]
    [InlineData("00000000000000000000000000000000fedcba98765432100107")]
    [InlineData("0123456789abcdef0123456789abcdef00000000000000000107")]
    [InlineData("0123456789abcdef0123456789abcdeffedcba987654321001ff")]
    public void Read_AnythingElse_IsNoTrace(string hex) => Assert.Null(TraceContext.Read(Convert.FromHexString(hex)));
}
