package io.modelhub.catalog.summary;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the summaries from what the aggregator answers. */
@Component
class Summaries {

    private final Aggregator aggregator;
    private final SubjectTable subjects;

    Summaries(Aggregator aggregator, SubjectTable subjects) {
        this.aggregator = aggregator;
        this.subjects = subjects;
    }

    SummaryView dashboard(Question question) {
        Subject subject = question.subject();
        boolean ofOneModel = subject.kind() == Subject.Kind.MODEL;
        Counted.Usage current = aggregator.usage(question.by(ofOneModel ? GroupBy.ORGANIZATION : GroupBy.MODEL));
        Question counted = question.of(current.from(), current.to());
        List<QuotaView> near =
                quotas(subject).stream().filter(QuotaView::isNearOrOver).toList();
        return new SummaryView.Dashboard(
                SummaryView.Scope.of(subject, current),
                FiguresView.of(current.total()),
                SummaryView.Previous.of(aggregator.usage(counted.before().by())),
                ofOneModel ? null : SummaryView.Top.of(current, Counted.Row::model),
                subject.kind().byUtcDays() ? null : SummaryView.Top.of(aggregator.keys(counted), Counted.Row::apiKey),
                organizations(counted, current),
                near,
                SummaryView.Point.of(aggregator.usage(counted.by(counted.seriesStep()))));
    }

    private @Nullable List<SummaryView.Top> organizations(Question counted, Counted.Usage current) {
        return switch (counted.subject().kind()) {
            case MODEL -> SummaryView.Top.of(current, Counted.Row::organization);
            case PROVIDER ->
                SummaryView.Top.of(aggregator.usage(counted.by(GroupBy.ORGANIZATION)), Counted.Row::organization);
            case ORGANIZATION, API_KEY, ROUTING_RULE -> null;
        };
    }

    SummaryView usage(Question question) {
        return SummaryView.Usage.of(question.subject(), aggregator.usage(question));
    }

    SummaryView cost(Question question) {
        return SummaryView.Cost.of(question.subject(), aggregator.usage(question), quotas(question.subject()));
    }

    private List<QuotaView> quotas(Subject subject) {
        List<Counted.Quota> quotas = aggregator.quotas(subject);
        if (quotas.isEmpty()) {
            return List.of();
        }
        Map<String, String> labels = subjects.labels(subject);
        Instant now = Instant.now();
        return quotas.stream()
                .map(quota -> QuotaView.of(quota, labels.get(quota.apiKey()), now))
                .toList();
    }
}
