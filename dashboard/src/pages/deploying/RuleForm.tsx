import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Text,
} from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type RuleProperty, ruleSchemaQuery, type Scenario } from "../../api/scenarios";
import { useLanguage } from "../../i18n/useLanguage";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import { inOrder, useRuleWords } from "../scenarios/useRuleWords";
import { kindOf, limitsOf } from "./ruleField";
import type { DraftSearch } from "./search";
import { Wrong } from "./Wrong";
import "../scenarios/words";

type Values = NonNullable<DraftSearch["rule"]>;

/** What an owner can set of a rule, made from its JSON Schema; only what differs is kept. */
export function RuleForm(props: {
  scenario: Scenario;
  values: Values;
  onChange: (values: Values | undefined) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const { scenario, values, onChange, error } = props;
  const schema = useQuery(ruleSchemaQuery(scenario.id));
  const changed = Object.keys(values).length;

  function set(name: string, value: unknown, usual: unknown): void {
    const { [name]: _, ...others } = values;
    const same = JSON.stringify(value) === JSON.stringify(usual);
    const next = same ? others : { ...others, [name]: value as Values[string] };
    onChange(Object.keys(next).length > 0 ? next : undefined);
  }

  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t("deploying.changedValues", { count: changed })}
        </Text>
        {changed > 0 && (
          <Button size="compact-sm" variant="subtle" onClick={() => onChange(undefined)}>
            {t("deploying.usualValues")}
          </Button>
        )}
      </Group>
      <Wrong message={error} />
      <ProblemNote error={schema.error} onRetry={() => void schema.refetch()} />
      {schema.isPending && !schema.error && <Waiting />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {inOrder(Object.entries(schema.data ?? {})).map(([name, property]) => (
          <Field
            key={name}
            name={name}
            property={property}
            scenario={scenario}
            value={name in values ? values[name] : property.default}
            onChange={(value) => set(name, value, property.default)}
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

function Field(props: {
  name: string;
  property: RuleProperty;
  scenario: Scenario;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { name, property, scenario, value, onChange } = props;
  const words = useRuleWords(scenario);
  const usual = t("deploying.usualIs", { value: words.value(name, property.default) });
  // The schema speaks English; in Chinese the label says enough.
  const help = language === "en" ? property.description : undefined;
  const shared = {
    label: words.field(name),
    description: [help, usual].filter(Boolean).join(" · "),
  };
  const options = (chosen: string[]) =>
    [...new Set([...words.offered, ...chosen])].map((key) => ({
      value: key,
      label: words.classNames(key),
    }));

  switch (kindOf(property)) {
    case "number":
      return (
        <NumberInput
          {...shared}
          {...limitsOf(property)}
          placeholder={t("scenarios.notSet")}
          value={typeof value === "number" ? value : ""}
          onChange={(next) => onChange(next === "" ? null : Number(next))}
        />
      );
    case "boolean":
      return (
        <Switch
          {...shared}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
      );
    case "choice":
      return (
        <Select
          {...shared}
          data={(property.enum ?? []).map((one) => ({
            value: one,
            label: words.value(name, one),
          }))}
          value={String(value)}
          onChange={onChange}
          allowDeselect={false}
        />
      );
    case "words": {
      const chosen = Array.isArray(value) ? value.map(String) : [];
      return (
        <MultiSelect {...shared} data={options(chosen)} value={chosen} onChange={onChange} searchable />
      );
    }
    case "word":
      return (
        <Select
          {...shared}
          data={options([String(value)])}
          value={String(value)}
          onChange={onChange}
          allowDeselect={false}
          searchable
        />
      );
  }
}
